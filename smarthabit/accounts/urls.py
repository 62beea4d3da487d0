"""The settings pages of an account, below ``/settings/``."""

from django.urls import path

from smarthabit.accounts import views

urlpatterns = [
    path("", views.profile, name="settings"),
    path("theme/", views.theme, name="settings_theme"),
    path("security/", views.security, name="settings_security"),
    path("security/sessions/<int:session_id>/end/", views.end_session, name="settings_end_session"),
    path("security/tokens/<uuid:family>/end/", views.end_family, name="settings_end_family"),
    path("data/", views.data, name="settings_data"),
    path("data/delete/", views.delete_account, name="settings_delete_account"),
]
