import apps.contacts.querysets
import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('contacts', '0001_initial'),
    ]

    operations = [
        # IMMUTABLE is a promise that unaccent() itself can't give, since its rules lie in a file; named with its schema
        # the dictionary is always the same, and a stored column needs the promise.
        migrations.RunSQL(
            """
            CREATE FUNCTION contacts_folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
            RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1))
            """,
            "DROP FUNCTION contacts_folded(text)",
        ),
        migrations.AddField(
            model_name='contact',
            name='search_text',
            field=models.GeneratedField(db_persist=True, expression=apps.contacts.querysets.Folded(django.db.models.functions.text.Concat('name', models.Value('\n'), 'profile_name', models.Value('\n'), 'email', models.Value('\n'), 'company', models.Value('\n'), 'phone', output_field=models.TextField())), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.F('organization'), models.F('id'), condition=models.Q(('deleted_at', None), ('is_blocked', True)), name='contacts_newest_blocked'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.F('organization'), models.F('id'), condition=models.Q(('deleted_at', None), ('is_vip', True)), name='contacts_newest_vip'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=django.contrib.postgres.indexes.GinIndex(models.F('organization'), django.contrib.postgres.indexes.OpClass(models.F('search_text'), name='gin_trgm_ops'), condition=models.Q(('deleted_at', None)), name='contacts_search'),
        ),
        migrations.AddIndex(
            model_name='contacttag',
            index=models.Index(models.F('organization'), models.F('tag'), models.F('contact'), name='contacts_of_tag'),
        ),
    ]
