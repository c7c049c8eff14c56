from apps.accounts import services
from apps.accounts.services import (
    audit_chain,
    deletion,
    exports,
    failures,
    impersonation,
    privacy,
    retention,
    sessions,
    statuses,
)
from apps.core import wake
from apps.core.wake import task


@task("accounts.forget_old_tokens", queue="slow", every=3600)
def forget_old_tokens() -> None:
    services.forget_old_tokens()


@task("accounts.forget_old_sessions", queue="slow", every=3600)
def forget_old_sessions() -> None:
    sessions.forget_old_sessions()


@task("accounts.link_audit")
def link_audit() -> None:
    wake.drain("accounts.link_audit", audit_chain.link_some)


@task("accounts.note_failed_sign_ins")
def note_failed_sign_ins() -> None:
    wake.drain("accounts.note_failed_sign_ins", failures.write_some)


@task("accounts.export_organizations", queue="slow")
def export_organizations() -> None:
    wake.drain("accounts.export_organizations", exports.export_some)


@task("accounts.delete_organizations", queue="slow", every=600)
def delete_organizations() -> None:
    """Those whose grace is over, and the files of old exports."""
    wake.drain("accounts.delete_organizations", lambda: deletion.delete_some() + deletion.delete_files())
    wake.drain("accounts.delete_organizations", exports.forget_old_exports)


@task("accounts.settle_statuses", every=10)
def settle_statuses() -> None:
    statuses.settle_those_who_left()


@task("accounts.end_impersonations", every=30)
def end_impersonations() -> None:
    wake.drain("accounts.end_impersonations", impersonation.end_those_that_are_over)


@task("accounts.privacy_jobs", queue="slow")
def privacy_jobs() -> None:
    wake.drain("accounts.privacy_jobs", privacy.run_one)


@task("accounts.forget_privacy_files", queue="slow", every=3600)
def forget_privacy_files() -> None:
    wake.drain("accounts.forget_privacy_files", privacy.forget_old_files)


@task("accounts.apply_retention", queue="slow", every=3600)
def apply_retention() -> None:
    wake.drain("accounts.apply_retention", lambda: retention.trim_logs() + retention.forget_old_mails())
