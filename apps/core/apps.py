from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        # Found, not imported by name: no app has to know who reacts to its facts, which tasks exist, or who keeps what.
        autodiscover_modules("permissions", "handlers", "tasks", "privacy")
