import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without a transaction, since an index that is built beside the writers can't be built in one."""

    atomic = False

    dependencies = [
        ('contacts', '0004_merged_contacts'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='contact',
            index=django.contrib.postgres.indexes.GinIndex(models.F('organization'), django.contrib.postgres.indexes.OpClass(models.F('username'), name='gin_trgm_ops'), condition=models.Q(('deleted_at', None)), name='contacts_username'),
        ),
    ]
