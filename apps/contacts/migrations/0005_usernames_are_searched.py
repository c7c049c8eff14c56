import django.contrib.postgres.indexes
import django.db.models.deletion
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
        # The column stays as it is: contacts know their identities by name.
        migrations.AlterField(
            model_name='contactidentity',
            name='contact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='contacts.contact'),
        ),
    ]
