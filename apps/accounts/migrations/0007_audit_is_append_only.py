from django.db import migrations

from apps.core.policies import append_only


class Migration(migrations.Migration):
    """Once more, after core's first migration, which lets the application change all tables that are there by then."""

    dependencies = [("accounts", "0006_organizations_come_and_go"), ("core", "0001_initial")]

    operations = [append_only("accounts_auditentry"), append_only("accounts_auditlink")]
