import apps.core.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

from apps.core.policies import isolate_tenants, same_organization


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_plurals'),
        ('contacts', '0003_usernames_and_merged_contacts'),
        ('messaging', '0004_open_of_department'),
        ('whatsapp', '0003_templates_and_all_of_a_number'),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageRevision',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('edit', 'Edit'), ('revoke', 'Revoke')], max_length=10)),
                ('content', models.JSONField()),
                ('text', models.TextField(blank=True)),
                ('wamid', models.CharField(help_text='Of the edit or the deletion itself.', max_length=300)),
                ('at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='NumberMonth',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(help_text="Its first day, in the organization's time zone.")),
                ('category', models.CharField(max_length=40)),
                ('price_type', models.CharField(max_length=40)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('shard', models.PositiveSmallIntegerField()),
                ('messages', models.PositiveIntegerField(default=0)),
                ('cost', models.DecimalField(decimal_places=6, default=0, max_digits=14)),
            ],
        ),
        migrations.AddField(
            model_name='conversation',
            name='free_entry_until',
            field=models.DateTimeField(help_text='Until then everything sent is free: an ad led here.', null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='source',
            field=models.JSONField(help_text='The ad or post that led here: `referral` of the webhook.', null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='thread_changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='thread_owner',
            field=models.CharField(blank=True, choices=[('', 'not routed'), ('owned', 'owned: we may answer'), ('standby', 'standby: another responder has it'), ('idle', 'idle: nobody has it')], db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='conversation',
            name='thread_owner_role',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='message',
            name='cost',
            field=models.DecimalField(decimal_places=6, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='currency',
            field=models.CharField(blank=True, db_default='', max_length=3),
        ),
        migrations.AddField(
            model_name='message',
            name='edited_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='group_id',
            field=models.CharField(blank=True, db_default='', max_length=100),
        ),
        migrations.AddField(
            model_name='message',
            name='origin',
            field=models.CharField(choices=[('live', 'Live'), ('echo', "echo: written on the phone's app, or by another partner"), ('history', "history: imported from the phone's app"), ('standby', 'standby: another responder has the thread')], db_default='live', default='live', max_length=10),
        ),
        migrations.AddField(
            model_name='message',
            name='price_category',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='message',
            name='price_type',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddField(
            model_name='message',
            name='referral',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='revoked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='template',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='whatsapp.template'),
        ),
        migrations.AddField(
            model_name='messagerevision',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.message'),
        ),
        migrations.AddField(
            model_name='messagerevision',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='numbermonth',
            name='number',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='whatsapp.number'),
        ),
        migrations.AddField(
            model_name='numbermonth',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization'),
        ),
        migrations.AddConstraint(
            model_name='messagerevision',
            constraint=models.UniqueConstraint(fields=('message', 'wamid'), name='messaging_revision_once'),
        ),
        migrations.AddConstraint(
            model_name='numbermonth',
            constraint=models.UniqueConstraint(fields=('number', 'month', 'category', 'price_type', 'currency', 'shard'), name='messaging_number_month_once'),
        ),
        isolate_tenants("messaging_messagerevision"),
        isolate_tenants("messaging_numbermonth"),
        same_organization("messaging_messagerevision", "message_id", "messaging_message"),
        same_organization("messaging_numbermonth", "number_id", "whatsapp_number"),
        same_organization("messaging_message", "template_id", "whatsapp_template"),
    ]
