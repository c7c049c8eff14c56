from apps.accounts import services
from apps.core.wake import task


@task("accounts.forget_old_tokens", queue="slow", every=3600)
def forget_old_tokens() -> None:
    services.forget_old_tokens()
