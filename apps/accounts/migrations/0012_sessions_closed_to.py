from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_sessions_of_a_user")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="closed_to",
            field=ArrayField(base_field=models.UUIDField(), db_default=[], default=list, size=None),
        ),
    ]
