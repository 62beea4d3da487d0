from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "smarthabit.pages"
    label = "pages"
