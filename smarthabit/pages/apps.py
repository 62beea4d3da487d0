from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "smarthabit.pages"
    label = "pages"

    def ready(self) -> None:
        from smarthabit.pages import metrics, subscribers

        subscribers.connect()
        metrics.connect()
