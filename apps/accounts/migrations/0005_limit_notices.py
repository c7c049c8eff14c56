import uuid_utils.compat
from django.db import migrations, models

import apps.core.tenancy
from apps.core.policies import isolate_tenants


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_audit_waits")]

    operations = [
        migrations.CreateModel(
            name="LimitNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=apps.core.tenancy.UuidV7(),
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("resource", models.CharField(max_length=30)),
                ("month", models.DateField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="limitnotice",
            constraint=models.UniqueConstraint(
                fields=["organization", "resource", "month"], name="accounts_limit_notice_once"
            ),
        ),
        isolate_tenants("accounts_limitnotice"),
    ]
