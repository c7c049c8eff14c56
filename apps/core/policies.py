"""Row-level security, as migrations say it. Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html"""

from django.conf import settings
from django.db.migrations import RunSQL


def isolate_tenants(table: str, column: str = "organization_id") -> RunSQL:
    """A transaction reaches only the rows of the organization that it was opened for; without one, none.

    FORCE: the table's owner, too. nullif: after its first use in a session an unset setting is '' and not NULL.
    """
    ours = f"{column} = nullif(current_setting('app.organization', true), '')::uuid"
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON {table} USING ({ours}) WITH CHECK ({ours})
        """,
        f"DROP POLICY tenant ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


def keep_from_tenants(table: str, *, appendable: bool = False) -> RunSQL:
    """The installation's own rows: nobody's scope reaches them, only the door. `appendable`: anybody may add one."""
    append = f"CREATE POLICY append ON {table} FOR INSERT WITH CHECK (true)" if appendable else ""
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        {append}
        """,
        f"DROP POLICY IF EXISTS append ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


def same_organization(table: str, column: str, other: str) -> RunSQL:
    """Where `table.column` names a row of `other`, both belong to one organization, says the database itself.

    Row-level security would not: PostgreSQL's own foreign key checks pass it by. `other` needs a unique constraint
    on (organization_id, id).
    """
    name = f"{table}_{column}_same_org"[:63]
    return RunSQL(
        f"""
        ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (organization_id, {column})
        REFERENCES {other} (organization_id, id) DEFERRABLE INITIALLY DEFERRED
        """,
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def append_only(table: str) -> RunSQL:
    """The application adds rows and reads them; it changes and deletes none, not even through the door."""
    roles = f"{settings.APP_ROLE}, {settings.SYSTEM_ROLE}"
    return RunSQL(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {roles}", f"GRANT UPDATE, DELETE ON {table} TO {roles}"
    )


def grant_tables() -> RunSQL:
    """The roles that own nothing may use all tables, those to come included."""
    roles, rights = f"{settings.APP_ROLE}, {settings.SYSTEM_ROLE}", "SELECT, INSERT, UPDATE, DELETE ON"
    return RunSQL(
        f"""
        GRANT {rights} ALL TABLES IN SCHEMA public TO {roles};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {roles};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} TABLES TO {roles};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {roles}
        """,
        RunSQL.noop,
    )
