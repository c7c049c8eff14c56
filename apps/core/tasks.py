from apps.core import idempotency, log, mail
from apps.core.wake import task


@task("core.number_log")
def number_log() -> None:
    log.number_all(log.organizations_to_number())


@task("core.send_mail", queue="slow")
def send_mail() -> None:
    while mail.send_some():
        pass


@task("core.forget_old_keys", queue="slow")
def forget_old_keys() -> None:
    idempotency.forget_old_keys()
