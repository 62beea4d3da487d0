from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "smarthabit.kernel"
    label = "kernel"
