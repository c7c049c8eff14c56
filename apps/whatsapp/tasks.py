from apps.core.wake import drain, task
from apps.whatsapp.services import fetching


@task("media.fetch", queue="slow")
def fetch_media() -> None:
    drain("media.fetch", fetching.fetch_some)
