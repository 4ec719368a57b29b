"""Pages of the shell itself, below the language."""

from django.urls import path

from mithaq.web import home, statement
from mithaq.web.records import views as records

urlpatterns = [
    path("", home.show_home, name="home"),
    path("accessibility/", statement.show_accessibility, name="accessibility"),
    path("records/<uuid:object_id>/", records.find_record, name="record"),
]
