from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        # Found, not imported by name: no app has to know who reacts to its facts or which tasks exist.
        autodiscover_modules("permissions", "handlers", "tasks")
