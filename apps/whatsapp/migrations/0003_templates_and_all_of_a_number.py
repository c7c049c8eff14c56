import apps.core.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from apps.core.policies import isolate_tenants, same_organization


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_plurals'),
        ('whatsapp', '0002_who_uploaded_a_file'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='media',
            name='height',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='media',
            name='seconds',
            field=models.FloatField(help_text='How long a recording or a video is.', null=True),
        ),
        migrations.AddField(
            model_name='media',
            name='thumbnail',
            field=models.FileField(blank=True, max_length=300, upload_to=''),
        ),
        migrations.AddField(
            model_name='media',
            name='waveform',
            field=models.JSONField(help_text='Of a recording: 64 loudnesses from 0 to 100.', null=True),
        ),
        migrations.AddField(
            model_name='media',
            name='width',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='metaapp',
            name='provider',
            field=models.CharField(choices=[('cloud', "Meta's Cloud API"), ('evolution', 'Evolution API (unofficial)')], default='cloud', max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='account_mode',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='automation',
            field=models.JSONField(default=dict, help_text='Ice breakers (`prompts`) and `commands`.'),
        ),
        migrations.AddField(
            model_name='number',
            name='away_message',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='number',
            name='business_hours',
            field=models.JSONField(help_text="As a department's; null: the organization's.", null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='checked_at',
            field=models.DateTimeField(help_text='When Meta was last asked how it stands.', null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='default_bot_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='default_department',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.department'),
        ),
        migrations.AddField(
            model_name='number',
            name='gateway_url',
            field=models.URLField(blank=True, help_text='Of an unofficial gateway: where its API is.'),
        ),
        migrations.AddField(
            model_name='number',
            name='health',
            field=models.JSONField(default=dict, help_text="Meta's health_status."),
        ),
        migrations.AddField(
            model_name='number',
            name='is_official',
            field=models.BooleanField(default=False, help_text='Has the badge of an official business account.'),
        ),
        migrations.AddField(
            model_name='number',
            name='is_on_phone_app',
            field=models.BooleanField(default=False, help_text="Coexistence: it is in the phone's app as well."),
        ),
        migrations.AddField(
            model_name='number',
            name='messaging_account_id',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='number',
            name='messaging_limit',
            field=models.CharField(blank=True, help_text='TIER_250 …, people a day.', max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='name_status',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='number',
            name='platform_type',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='portfolio_id',
            field=models.CharField(blank=True, help_text='The business that the limits count for.', max_length=40),
        ),
        migrations.AddField(
            model_name='number',
            name='profile',
            field=models.JSONField(default=dict, help_text='The business profile that customers see.'),
        ),
        migrations.AddField(
            model_name='number',
            name='provider',
            field=models.CharField(choices=[('cloud', "Meta's Cloud API"), ('evolution', 'Evolution API (unofficial)')], default='cloud', max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='restrictions',
            field=models.JSONField(default=list, help_text='What Meta forbids it now: restriction_info of webhooks.'),
        ),
        migrations.AddField(
            model_name='number',
            name='settings',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='number',
            name='throughput',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='token_expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='token_scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None),
        ),
        migrations.AddField(
            model_name='number',
            name='token_warned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='username',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='number',
            name='verification_status',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='number',
            name='webhook_seen_at',
            field=models.DateTimeField(help_text='When a webhook of it last came, to the minute.', null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='welcome_message',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='number',
            name='phone_number_id',
            field=models.CharField(max_length=100),
        ),
        migrations.AlterField(
            model_name='number',
            name='status',
            field=models.CharField(choices=[('connected', 'Connected'), ('held', 'held: nothing is sent until somebody mends it'), ('disconnected', 'Disconnected'), ('error', 'Error'), ('waiting', 'waiting: somebody has to scan its QR code')], default='connected', max_length=20),
        ),
        migrations.AlterField(
            model_name='number',
            name='waba_id',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('waba_id', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=512)),
                ('language', models.CharField(max_length=20)),
                ('category', models.CharField(choices=[('MARKETING', 'Marketing'), ('UTILITY', 'Utility'), ('AUTHENTICATION', 'Authentication')], max_length=20)),
                ('correct_category', models.CharField(blank=True, max_length=20)),
                ('previous_category', models.CharField(blank=True, max_length=20)),
                ('category_changes_at', models.DateTimeField(null=True)),
                ('parameter_format', models.CharField(choices=[('POSITIONAL', 'Positional'), ('NAMED', 'Named')], default='POSITIONAL', max_length=10)),
                ('components', models.JSONField(default=list)),
                ('ttl_seconds', models.IntegerField(help_text='How long Meta tries to deliver; null: its own default.', null=True)),
                ('meta_id', models.CharField(blank=True, max_length=40)),
                ('status', models.CharField(choices=[('DRAFT', 'not yet at Meta'), ('PENDING', 'in review'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected'), ('PAUSED', 'Paused'), ('DISABLED', 'Disabled'), ('IN_APPEAL', 'In Appeal'), ('FLAGGED', 'approved, in danger'), ('LIMIT_EXCEEDED', 'Limit Exceeded'), ('LOCKED', 'Locked'), ('ARCHIVED', 'Archived'), ('PENDING_DELETION', 'Pending Deletion'), ('DELETED', 'Deleted')], default='DRAFT', max_length=20)),
                ('quality', models.CharField(blank=True, help_text='GREEN, YELLOW, RED or empty.', max_length=10)),
                ('rejected_reason', models.CharField(blank=True, max_length=100)),
                ('status_detail', models.CharField(blank=True, help_text='Why it was rejected, paused or refused.', max_length=1000)),
                ('library_name', models.CharField(blank=True, max_length=512)),
                ('version', models.PositiveIntegerField(default=1)),
                ('is_enabled', models.BooleanField(default=True)),
                ('is_system', models.BooleanField(default=False, help_text="Can't be deleted.")),
                ('submitted_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('rejected_at', models.DateTimeField(null=True)),
                ('synced_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('category', models.CharField(max_length=20)),
                ('parameter_format', models.CharField(max_length=10)),
                ('components', models.JSONField()),
                ('by_meta', models.BooleanField(default=False, help_text='Changed at Meta, found by a synchronization.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='whatsapp.template')),
            ],
        ),
        migrations.AddIndex(
            model_name='template',
            index=models.Index(models.F('waba_id'), models.F('meta_id'), name='whatsapp_template_at_meta'),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('organization', 'waba_id', 'name', 'language'), name='whatsapp_template_once'),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='whatsapp_template_of_organization'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(fields=('template', 'version'), name='whatsapp_template_version_once'),
        ),
        isolate_tenants("whatsapp_template"),
        isolate_tenants("whatsapp_templateversion"),
        same_organization("whatsapp_templateversion", "template_id", "whatsapp_template"),
        same_organization("whatsapp_number", "default_department_id", "accounts_department"),
    ]
