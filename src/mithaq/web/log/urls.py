from django.urls import path, re_path

from mithaq.web.log import views

urlpatterns = [
    path("checkpoint", views.show_checkpoint),
    re_path(r"^(?P<tile_path>tile/.+)\Z", views.show_tile),
]
