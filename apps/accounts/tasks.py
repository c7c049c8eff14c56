from apps.accounts import services
from apps.accounts.services import audit_chain
from apps.core import wake
from apps.core.wake import task


@task("accounts.forget_old_tokens", queue="slow", every=3600)
def forget_old_tokens() -> None:
    services.forget_old_tokens()


@task("accounts.link_audit")
def link_audit() -> None:
    wake.drain("accounts.link_audit", audit_chain.link_some)
