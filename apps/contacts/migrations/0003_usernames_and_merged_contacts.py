import django.db.models.deletion
from django.db import migrations, models

from apps.core.policies import same_organization


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_plurals'),
        ('contacts', '0002_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='marketing_stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='merged_into',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='contacts.contact'),
        ),
        migrations.AddField(
            model_name='contact',
            name='unreachable_at',
            field=models.DateTimeField(help_text="WhatsApp couldn't deliver; cleared when they write.", null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='username',
            field=models.CharField(blank=True, help_text='On WhatsApp; changes freely, never a key.', max_length=64),
        ),
        migrations.AlterField(
            model_name='contactidentity',
            name='kind',
            field=models.CharField(choices=[('phone', 'Phone'), ('bsuid', 'Bsuid'), ('parent_bsuid', 'Parent Bsuid')], max_length=20),
        ),
        same_organization("contacts_contact", "merged_into_id", "contacts_contact"),
    ]
