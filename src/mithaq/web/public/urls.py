from django.urls import path, re_path

from mithaq.web.public import views

urlpatterns = [
    path("", views.choose_language, name="public"),
    path("policy", views.download_policy, name="public-policy"),
    path("<uuid:act_id>/proof", views.download_proof, name="public-proof"),
    path("<uuid:act_id>/policy", views.download_policy, name="public-act-policy"),
    re_path(r"^(?P<lang>ar|fr|en)/\Z", views.list_texts, name="public-texts"),
    re_path(r"^(?P<lang>ar|fr|en)/words/\Z", views.list_words, name="public-words"),
    re_path(
        r"^(?P<lang>ar|fr|en)/words/(?P<object_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\Z",
        views.show_word,
        name="public-word",
    ),
    re_path(
        r"^(?P<lang>ar|fr|en)/(?P<object_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/\Z",
        views.show_text,
        name="public-text",
    ),
    re_path(r"^(?P<rest>.*)\Z", views.show_missing),
]
