import django.db.models.deletion
from django.db import migrations, models

from apps.core.policies import same_organization


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_accounts_grow'),
        ('messaging', '0002_outbox_action'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.department'),
        ),
        same_organization("messaging_conversation", "department_id", "accounts_department"),
    ]
