from django.urls import path

from mithaq.web.overview import calendar, dossiers, health, journal

urlpatterns = [
    path("journal/", journal.show_journal, name="journal"),
    path("health/", health.show_health, name="health"),
    path("health/evidence/<int:number>", health.download_evidence, name="health-evidence"),
    path("dossiers/", dossiers.list_dossiers, name="dossiers"),
    path("dossiers/<uuid:dossier_id>/", dossiers.show_dossier, name="dossier"),
    path("calendar/", calendar.show_calendar, name="calendar"),
]
