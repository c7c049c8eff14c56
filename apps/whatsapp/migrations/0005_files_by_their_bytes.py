from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart, since an index that is built beside the writers can't be built in a transaction."""

    atomic = False

    dependencies = [
        ('whatsapp', '0004_uploads_and_looks'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='media',
            index=models.Index(models.F('look_at'), condition=models.Q(('look_at__isnull', False)), name='whatsapp_media_to_look_at'),
        ),
        AddIndexConcurrently(
            model_name='media',
            index=models.Index(models.F('organization'), models.F('sha256'), condition=models.Q(('file', ''), _negated=True), name='whatsapp_media_of_bytes'),
        ),
    ]
