"""The roof's addresses: Today, the way in and the pages around them."""

from django.urls import path

from smarthabit.pages import views

urlpatterns = [
    path("", views.today, name="today"),
]
