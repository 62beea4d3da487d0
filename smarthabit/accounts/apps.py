from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "smarthabit.accounts"
    label = "accounts"
