from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_plurals")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="about",
            field=ArrayField(base_field=models.UUIDField(), db_default=[], default=list, size=None),
        ),
        migrations.AddField(model_name="mail", name="sent_for", field=models.UUIDField(null=True)),
    ]
