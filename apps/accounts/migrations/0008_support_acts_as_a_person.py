from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_privacy_jobs")]

    operations = [
        migrations.AddField(model_name="session", name="expires_at", field=models.DateTimeField(null=True)),
        migrations.AlterModelOptions(
            name="user",
            options={"permissions": [("impersonate", "Can act as a person of an organization, with a reason")]},
        ),
    ]
