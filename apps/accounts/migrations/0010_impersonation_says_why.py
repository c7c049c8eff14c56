from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_plurals")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="reason",
            field=models.CharField(blank=True, db_default="", max_length=500),
        ),
    ]
