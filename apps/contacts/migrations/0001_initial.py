import apps.core.tenancy
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import uuid_utils.compat
from django.db import migrations, models

from apps.core.policies import isolate_tenants, same_organization


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('profile_name', models.CharField(blank=True, help_text='What they call themselves on WhatsApp.', max_length=255)),
                ('phone', models.CharField(blank=True, help_text='Digits with the country code, as WhatsApp knows it.', max_length=20)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('company', models.CharField(blank=True, max_length=255)),
                ('job_title', models.CharField(blank=True, max_length=255)),
                ('notes', models.TextField(blank=True)),
                ('attributes', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('source', models.CharField(blank=True, max_length=100)),
                ('lifecycle_stage', models.CharField(blank=True, max_length=50)),
                ('opted_in', models.BooleanField(default=True)),
                ('opted_in_at', models.DateTimeField(null=True)),
                ('opted_out_at', models.DateTimeField(null=True)),
                ('is_blocked', models.BooleanField(default=False)),
                ('blocked_at', models.DateTimeField(null=True)),
                ('blocked_reason', models.CharField(blank=True, max_length=500)),
                ('is_vip', models.BooleanField(default=False)),
                ('last_message_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=50)),
                ('color', models.CharField(default='#3B82F6', max_length=7)),
                ('is_system', models.BooleanField(default=False, help_text="Can't be deleted.")),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='ContactTag',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.tag')),
            ],
        ),
        migrations.AddField(
            model_name='contact',
            name='tags',
            field=models.ManyToManyField(related_name='+', through='contacts.ContactTag', to='contacts.tag'),
        ),
        migrations.CreateModel(
            name='ContactIdentity',
            fields=[
                ('id', models.UUIDField(db_default=apps.core.tenancy.UuidV7(), default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('phone', 'Phone'), ('bsuid', 'Bsuid')], max_length=10)),
                ('value', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name_plural': 'contact identities',
                'indexes': [models.Index(models.F('contact'), name='contacts_identity_of')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'kind', 'value'), name='contacts_identity_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('name'), name='contacts_tag_name_once'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='contacts_tag_of_organization'),
        ),
        migrations.AddConstraint(
            model_name='contacttag',
            constraint=models.UniqueConstraint(fields=('contact', 'tag'), name='contacts_tagged_once'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.F('organization'), models.F('id'), condition=models.Q(('deleted_at', None)), name='contacts_newest'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='contacts_of_organization'),
        ),
        isolate_tenants("contacts_contact"),
        isolate_tenants("contacts_contactidentity"),
        isolate_tenants("contacts_tag"),
        isolate_tenants("contacts_contacttag"),
        same_organization("contacts_contactidentity", "contact_id", "contacts_contact"),
        same_organization("contacts_contacttag", "contact_id", "contacts_contact"),
        same_organization("contacts_contacttag", "tag_id", "contacts_tag"),
    ]
