"""Address of the balance, below the language."""

from django.urls import path

from mithaq.web.balance import views

urlpatterns = [path("balance/", views.show_balance, name="balance")]
