"""What people were called before. The database itself writes it down, whoever changes their row, and drops it in the
update that erases them; nobody else writes the column. What changed before this migration is in the audit logs alone.
"""

from django.db import migrations, models

import apps.accounts.models.organizations

REMEMBER = r"""
CREATE FUNCTION accounts_remember_names() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known jsonb := OLD.known_as;
    field text;
    said text;
BEGIN
    IF NEW.email LIKE '%@erased.invalid' THEN
        NEW.known_as := '{}';
        RETURN NEW;
    END IF;
    FOREACH field IN ARRAY ARRAY['email', 'full_name', 'phone_number'] LOOP
        said := to_jsonb(OLD) ->> field;
        IF said <> '' AND said IS DISTINCT FROM to_jsonb(NEW) ->> field
           AND NOT COALESCE(known -> field ? said, false) THEN
            known := jsonb_set(known, ARRAY[field], COALESCE(known -> field, '[]') || to_jsonb(said));
            IF jsonb_array_length(known -> field) > 100 THEN  -- the row is read with every request
                known := known #- ARRAY[field, '0'];
            END IF;
        END IF;
    END LOOP;
    NEW.known_as := known;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_remember_names BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_remember_names();
"""
FORGET = "DROP TRIGGER accounts_remember_names ON accounts_user; DROP FUNCTION accounts_remember_names();"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_sessions_closed_to")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="known_as",
            field=models.JSONField(
                db_default={}, default=apps.accounts.models.organizations.empty_document, editable=False
            ),
        ),
        migrations.RunSQL(REMEMBER, FORGET),
    ]
