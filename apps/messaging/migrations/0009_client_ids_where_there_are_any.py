"""Most messages have no `client_id`: the index leaves them out, and is no way to find an organization's messages by."""

from django.db import migrations, models
from django.db.models import Q

NEW = models.UniqueConstraint(
    fields=["organization", "client_id"], condition=Q(client_id__isnull=False), name="messaging_client_id_is_once"
)
MAKE = """
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS messaging_client_id_is_once
ON messaging_message (organization_id, client_id) WHERE client_id IS NOT NULL
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("messaging", "0008_blocks")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddConstraint("message", NEW)],
            database_operations=[
                migrations.RunSQL(MAKE, "DROP INDEX CONCURRENTLY IF EXISTS messaging_client_id_is_once")
            ],
        ),
        migrations.RemoveConstraint("message", "messaging_client_id_once"),
    ]
