from django.db import migrations

from apps.core.policies import keep_from_tenants


class Migration(migrations.Migration):
    """What django-allauth keeps is read through the door alone: no organization's scope reaches a person's secrets."""

    dependencies = [
        ("accounts", "0002_accounts_grow"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        keep_from_tenants("mfa_authenticator"),
        keep_from_tenants("account_emailaddress"),
        keep_from_tenants("account_emailconfirmation"),
    ]
