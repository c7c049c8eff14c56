from apps.core import idempotency, log, mail, wake
from apps.core.wake import task


@task("core.number_log")
def number_log() -> None:
    log.number_all(log.organizations_to_number())


@task("core.send_mail", queue="slow")
def send_mail() -> None:
    wake.drain("core.send_mail", mail.send_one)


@task("core.trim_log", queue="slow", every=3600)
def trim_log() -> None:
    wake.drain("core.trim_log", log.trim_some)


@task("core.forget_old_keys", queue="slow", every=600)
def forget_old_keys() -> None:
    idempotency.forget_old_keys()
