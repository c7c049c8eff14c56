from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart, since an index that is built beside the writers can't be built in a transaction."""

    atomic = False

    dependencies = [
        ('messaging', '0005_edits_prices_and_threads'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(models.F('organization'), models.F('template'), models.F('id'), condition=models.Q(('template__isnull', False)), name='messaging_of_template'),
        ),
    ]
