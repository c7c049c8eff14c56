import apps.core.encryption
import apps.core.tenancy
import apps.whatsapp.models
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.db import migrations, models

from apps.core.policies import isolate_tenants, keep_from_tenants, same_organization


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MetaApp',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(default=apps.whatsapp.models.new_key, max_length=40, unique=True)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('app_id', models.CharField(blank=True, max_length=40)),
                ('secret', apps.core.encryption.EncryptedTextField()),
                ('next_secret', apps.core.encryption.EncryptedTextField(blank=True)),
                ('verify_token', apps.core.encryption.EncryptedTextField(default=apps.whatsapp.models.new_key)),
                ('graph_url', models.URLField(blank=True, help_text="Only for a simulator; empty means Meta's own.")),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InboundEvent',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('body', models.BinaryField()),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('split', 'split into changes'), ('dead', "can't be understood")], db_default='pending', default='pending', max_length=10)),
                ('error', models.CharField(blank=True, db_default='', max_length=500)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='whatsapp.metaapp')),
            ],
        ),
        migrations.CreateModel(
            name='Number',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('phone_number_id', models.CharField(max_length=40)),
                ('waba_id', models.CharField(max_length=40)),
                ('access_token', apps.core.encryption.EncryptedTextField()),
                ('display_phone_number', models.CharField(blank=True, max_length=30)),
                ('verified_name', models.CharField(blank=True, max_length=255)),
                ('status', models.CharField(choices=[('connected', 'Connected'), ('held', 'held: nothing is sent until somebody mends it'), ('disconnected', 'Disconnected'), ('error', 'Error')], default='connected', max_length=20)),
                ('status_detail', models.CharField(blank=True, max_length=500)),
                ('quality_rating', models.CharField(blank=True, max_length=20)),
                ('messages_per_second', models.PositiveIntegerField(default=80)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='whatsapp.metaapp')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('provider_id', models.CharField(blank=True, help_text="Meta's id of an inbound file.", max_length=100)),
                ('uploaded_id', models.CharField(blank=True, help_text="Meta's id of our upload to `number`.", max_length=100)),
                ('uploaded_at', models.DateTimeField(null=True)),
                ('mime_type', models.CharField(blank=True, max_length=150)),
                ('filename', models.CharField(blank=True, max_length=255)),
                ('size', models.PositiveBigIntegerField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='')),
                ('state', models.CharField(choices=[('pending', 'Meta holds it, we fetch it'), ('ready', 'Ready'), ('failed', 'Failed'), ('expired', 'Meta no longer holds it')], default='pending', max_length=10)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('number', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='whatsapp.number')),
            ],
            options={
                'verbose_name_plural': 'media',
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('field', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=20)),
                ('lane', models.CharField(max_length=400)),
                ('provider_id', models.CharField(blank=True, max_length=300)),
                ('value', models.JSONField()),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('retrying', 'Retrying'), ('done', 'Done'), ('dead', 'Dead')], default='pending', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('error', models.TextField(blank=True)),
                ('handlers_parked', models.BooleanField(default=False, help_text='The message is stored; reacting to it failed.')),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('organization', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='whatsapp.inboundevent')),
                ('number', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='whatsapp.number')),
            ],
        ),
        migrations.AddIndex(
            model_name='inboundevent',
            index=models.Index(models.F('app'), models.F('id'), condition=models.Q(('state', 'pending')), name='whatsapp_event_pending'),
        ),
        migrations.AddConstraint(
            model_name='number',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('phone_number_id',), name='whatsapp_number_once'),
        ),
        migrations.AddConstraint(
            model_name='number',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='whatsapp_number_of_organization'),
        ),
        migrations.AddIndex(
            model_name='media',
            index=models.Index(models.F('next_attempt_at'), condition=models.Q(('state', 'pending')), name='whatsapp_media_due'),
        ),
        migrations.AddConstraint(
            model_name='media',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='whatsapp_media_of_organization'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(models.F('organization'), models.F('id'), condition=models.Q(('state__in', ['pending', 'retrying'])), name='whatsapp_change_due'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(models.F('lane'), models.F('id'), condition=models.Q(('state__in', ['pending', 'retrying'])), name='whatsapp_change_lane'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(models.F('organization'), models.F('id'), name='whatsapp_change_newest'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(models.F('organization'), models.F('state'), models.F('id'), name='whatsapp_change_state'),
        ),
        isolate_tenants("whatsapp_metaapp"),
        isolate_tenants("whatsapp_number"),
        isolate_tenants("whatsapp_change"),
        isolate_tenants("whatsapp_media"),
        keep_from_tenants("whatsapp_inboundevent", appendable=True),
        same_organization("whatsapp_change", "number_id", "whatsapp_number"),
        same_organization("whatsapp_media", "number_id", "whatsapp_number"),
    ]
