from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart, since an index that is built beside the writers can't be built in a transaction."""

    atomic = False

    dependencies = [
        ('contacts', '0003_usernames_and_merged_contacts'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='contact',
            index=models.Index(models.F('merged_into'), condition=models.Q(('merged_into__isnull', False)), name='contacts_merged_into'),
        ),
    ]
