from apps.core.wake import drain, task
from apps.whatsapp.services import fetching, inbound, looks, media, numbers, template_sync, uploads


@task("media.fetch", queue="slow")
def fetch_media() -> None:
    drain("media.fetch", fetching.fetch_some)


@task("media.look", queue="slow")
def look_at_media() -> None:
    drain("media.look", looks.look_at_one)


@task("whatsapp.apply_retention", queue="slow", every=3600)
def apply_retention() -> None:
    drain(
        "whatsapp.apply_retention", lambda: media.forget_old_files() + inbound.forget_old() + uploads.forget_expired()
    )


@task("whatsapp.sync_templates", queue="slow", every=600)
def sync_templates() -> None:
    drain("whatsapp.sync_templates", template_sync.sync_one_due)


@task("whatsapp.refresh_numbers", queue="slow", every=60)
def refresh_numbers() -> None:
    drain("whatsapp.refresh_numbers", numbers.refresh_one_due)
