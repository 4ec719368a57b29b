"""Address of the days ahead, below the language."""

from django.urls import path

from mithaq.web.reminders import views

urlpatterns = [path("dates/", views.list_dates, name="dates")]
