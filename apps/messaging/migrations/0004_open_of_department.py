from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart, since an index that is built beside the writers can't be built in a transaction."""

    atomic = False

    dependencies = [
        ('messaging', '0003_conversations_have_a_department'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='conversation',
            index=models.Index(models.F('organization'), models.F('department'), models.F('last_message_at'), models.F('id'), condition=models.Q(('status__in', ('open', 'queued', 'active', 'pending', 'snoozed'))), name='messaging_open_of_department'),
        ),
    ]
