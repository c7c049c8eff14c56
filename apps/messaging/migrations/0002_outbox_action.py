import apps.core.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

from apps.core.policies import isolate_tenants, same_organization


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('messaging', '0001_initial'),
        ('whatsapp', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxAction',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('wamid', models.CharField(max_length=300)),
                ('typing', models.BooleanField(default=False, help_text='Also shows the customer that somebody is writing.')),
                ('expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='whatsapp.number')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
            },
        ),
        isolate_tenants("messaging_outboxaction"),
        same_organization("messaging_outboxaction", "number_id", "whatsapp_number"),
    ]
