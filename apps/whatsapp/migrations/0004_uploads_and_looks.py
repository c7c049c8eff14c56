import apps.core.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from apps.core.policies import isolate_tenants, same_organization


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_plurals'),
        ('whatsapp', '0003_templates_and_all_of_a_number'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='media',
            name='look_at',
            field=models.DateTimeField(help_text='Since when it waits for its thumbnail, length and waveform.', null=True),
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('filename', models.CharField(max_length=255)),
                ('content_type', models.CharField(blank=True, help_text='What the browser says that it is.', max_length=150)),
                ('kind', models.CharField(blank=True, help_text='The type of message that it is meant for.', max_length=20)),
                ('voice', models.BooleanField(default=False)),
                ('size', models.PositiveBigIntegerField()),
                ('offset', models.PositiveBigIntegerField(default=0, help_text='How many bytes are here.')),
                ('parts', models.JSONField(default=list, help_text='Names of the parts in the storage, in order.')),
                ('expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('media', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='whatsapp.media')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='upload',
            index=models.Index(models.F('expires_at'), name='whatsapp_upload_expires'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='whatsapp_upload_of_organization'),
        ),
        isolate_tenants("whatsapp_upload"),
        same_organization("whatsapp_upload", "media_id", "whatsapp_media"),
    ]
