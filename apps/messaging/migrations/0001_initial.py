import apps.core.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from apps.core.policies import isolate_tenants, same_organization


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('contacts', '0001_initial'),
        ('whatsapp', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('open', 'new: a bot has it, or nobody'), ('queued', 'waits for an agent'), ('active', 'an agent has it'), ('pending', 'waits for the customer'), ('snoozed', 'Snoozed'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('archived', 'Archived')], default='open', max_length=10)),
                ('assigned_at', models.DateTimeField(null=True)),
                ('priority', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High'), ('urgent', 'Urgent')], default='medium', max_length=10)),
                ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, size=None)),
                ('unread_count', models.PositiveIntegerField(default=0)),
                ('last_message_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_inbound_at', models.DateTimeField(null=True)),
                ('window_expires_at', models.DateTimeField(help_text='Until then anything may be sent, not only templates.', null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('close_reason', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='whatsapp.number')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('inbound', 'Inbound'), ('outbound', 'Outbound')], max_length=10)),
                ('sender_kind', models.CharField(choices=[('contact', 'Contact'), ('agent', 'Agent'), ('bot', 'Bot'), ('system', 'System'), ('api', 'Api')], max_length=10)),
                ('client_id', models.UUIDField(help_text='Made by whoever sends: the same id again is the same message.', null=True)),
                ('wamid', models.CharField(max_length=300, null=True)),
                ('type', models.CharField(max_length=40)),
                ('content', models.JSONField(default=dict)),
                ('text', models.TextField(blank=True, help_text='What a person would read aloud; searched and shown as preview.')),
                ('reply_to_wamid', models.CharField(blank=True, max_length=300)),
                ('forwarded', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('received', 'Received'), ('scheduled', 'Scheduled'), ('queued', 'Queued'), ('held', "held: its number can't send now"), ('sending', 'Sending'), ('uncertain', 'uncertain: it may have reached the customer'), ('accepted', 'Accepted'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('read', 'Read'), ('played', 'Played'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], max_length=10)),
                ('lane', models.PositiveSmallIntegerField(choices=[(0, 'Agents'), (1, 'Bots'), (2, 'Bulk')], default=0)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempt', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('error_code', models.IntegerField(null=True)),
                ('error_title', models.CharField(blank=True, max_length=300)),
                ('error_detail', models.CharField(blank=True, max_length=1000)),
                ('sent_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.conversation')),
                ('media', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='whatsapp.media')),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='whatsapp.number')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('reply_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.message')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='conversation',
            name='last_message',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.message'),
        ),
        migrations.CreateModel(
            name='MessageStatus',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('error_code', models.IntegerField(null=True)),
                ('error_title', models.CharField(blank=True, max_length=300)),
                ('error_detail', models.CharField(blank=True, max_length=1000)),
                ('pricing', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messaging.message')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name_plural': 'message statuses',
            },
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('organization'), models.F('conversation'), models.F('at'), models.F('id'), name='messaging_thread'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('reply_to'), condition=models.Q(('type', 'reaction')), name='messaging_reactions'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('number'), models.F('lane'), models.F('id'), condition=models.Q(('status', 'queued')), name='messaging_outbox'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('contact'), models.F('id'), condition=models.Q(('status__in', ['queued', 'sending'])), name='messaging_in_turn'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('lease_until'), condition=models.Q(('status', 'sending')), name='messaging_leases'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('number', 'wamid'), name='messaging_wamid_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('organization', 'client_id'), name='messaging_client_id_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='messaging_message_of_org'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(models.F('organization'), models.F('last_message_at'), models.F('id'), name='messaging_newest_activity'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(models.F('organization'), models.F('last_message_at'), models.F('id'), condition=models.Q(('status__in', ('open', 'queued', 'active', 'pending', 'snoozed'))), name='messaging_open_newest'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(models.F('organization'), models.F('assignee'), models.F('last_message_at'), models.F('id'), condition=models.Q(('status__in', ('open', 'queued', 'active', 'pending', 'snoozed'))), name='messaging_open_of_assignee'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(models.F('organization'), models.F('contact'), models.F('id'), name='messaging_of_contact'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('open', 'queued', 'active', 'pending', 'snoozed'))), fields=('contact', 'number'), name='messaging_one_open_conversation'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='messaging_conversation_of_org'),
        ),
        migrations.AddConstraint(
            model_name='messagestatus',
            constraint=models.UniqueConstraint(fields=('message', 'status', 'at'), name='messaging_status_once'),
        ),
        isolate_tenants("messaging_conversation"),
        isolate_tenants("messaging_message"),
        isolate_tenants("messaging_messagestatus"),
        same_organization("messaging_conversation", "contact_id", "contacts_contact"),
        same_organization("messaging_conversation", "number_id", "whatsapp_number"),
        same_organization("messaging_conversation", "last_message_id", "messaging_message"),
        same_organization("messaging_message", "conversation_id", "messaging_conversation"),
        same_organization("messaging_message", "contact_id", "contacts_contact"),
        same_organization("messaging_message", "number_id", "whatsapp_number"),
        same_organization("messaging_message", "media_id", "whatsapp_media"),
        same_organization("messaging_message", "reply_to_id", "messaging_message"),
        same_organization("messaging_messagestatus", "message_id", "messaging_message"),
    ]
