from django.urls import path, re_path

from mithaq.web.witness import views

urlpatterns = [
    path("add-checkpoint", views.add_checkpoint),
    re_path(r"^(?P<origin_sha256>[0-9a-f]{64})/checkpoint\Z", views.show_checkpoint),
]
