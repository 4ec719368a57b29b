"""Address of the access log, below the language."""

from django.urls import path

from mithaq.web.access_log import views

urlpatterns = [path("access-log/", views.show_access_log, name="access-log")]
