from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart, since indexes that are built beside the writers can't be built in a transaction."""

    atomic = False

    dependencies = [
        ('messaging', '0010_places_in_the_messaging_limit'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(models.F('number'), models.F('counted_at'), condition=models.Q(('counted_at__isnull', False)), name='messaging_counted'),
        ),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(models.F('number'), models.F('lane'), models.F('id'), condition=models.Q(('next_attempt_at__isnull', False), ('status', 'held')), name='messaging_for_a_place'),
        ),
    ]
