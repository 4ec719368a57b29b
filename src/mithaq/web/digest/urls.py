"""Address of the choice of mail, below the language."""

from django.urls import path

from mithaq.web.digest import views

urlpatterns = [path("account/mail/", views.choose_mail, name="digest-mail")]
