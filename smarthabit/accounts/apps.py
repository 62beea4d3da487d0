from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "smarthabit.accounts"
    label = "accounts"

    def ready(self) -> None:
        from smarthabit.accounts import hooks

        hooks.connect()
