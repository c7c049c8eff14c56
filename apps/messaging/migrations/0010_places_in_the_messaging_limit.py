from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0009_client_ids_where_there_are_any'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='counted_at',
            field=models.DateTimeField(help_text="When it took a place in the portfolio's messaging limit.", null=True),
        ),
    ]
