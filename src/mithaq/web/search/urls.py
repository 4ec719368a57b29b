from django.urls import path

from mithaq.web.search import views

urlpatterns = [path("search/", views.show_search, name="search")]
