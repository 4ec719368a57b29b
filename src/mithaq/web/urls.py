"""Pages of the shell itself, below the language."""

from django.urls import path, re_path

from mithaq.web import home, saved_views, statement
from mithaq.web.records import downloads
from mithaq.web.records import views as records

urlpatterns = [
    path("", home.show_home, name="home"),
    path("due/", home.list_due, name="due"),
    path("waiting/", home.list_waiting, name="waiting"),
    path("new/", home.list_new, name="new"),
    path("accessibility/", statement.show_accessibility, name="accessibility"),
    path("views/", saved_views.save_view, name="save-view"),
    path("views/<int:number>/remove/", saved_views.remove_view, name="remove-view"),
    path("records/<uuid:object_id>/", records.find_record, name="record"),
    path("acts/<uuid:act_id>/proof", downloads.download_proof, name="act-proof"),
    path("acts/<uuid:act_id>/files/<str:sha256>", downloads.download_file, name="act-file"),
    path("acts/<uuid:act_id>/policy", downloads.download_policy, name="act-policy"),
    re_path(
        r"^(?P<side>[a-z][a-z0-9-]{1,63})/(?P<year>[12][0-9]{3})/(?P<number>0|[1-9][0-9]{0,12})/?\Z",
        records.find_reference,
        name="reference",
    ),
]
