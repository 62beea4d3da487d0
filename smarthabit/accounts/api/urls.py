"""Paths of the accounts API, below ``/api/v1/``."""

from django.urls import path

from smarthabit.accounts.api import views

urlpatterns = [
    path("auth/register/", views.register, name="register"),
    path("auth/token/", views.issue_token, name="token"),
    path("auth/token/refresh/", views.refresh_token, name="token_refresh"),
    path("auth/token/revoke/", views.revoke_token, name="token_revoke"),
    path("me/", views.me, name="me"),
]
