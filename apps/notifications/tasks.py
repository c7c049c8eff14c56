from apps.core.wake import drain, task
from apps.notifications import services


@task("notifications.send_mails", queue="slow")
def send_mails() -> None:
    drain("notifications.send_mails", services.send_mails_of_one)


@task("notifications.forget_old", queue="slow", every=3600)
def forget_old() -> None:
    drain("notifications.forget_old", services.forget_some)
