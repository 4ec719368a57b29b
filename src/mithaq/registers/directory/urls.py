"""Addresses of the directory, below its name."""

from django.urls import path, register_converter

from mithaq.registers.directory.views import cards, duty, exports, lists, names
from mithaq.web.records.urls import record_patterns


class EntityConverter:
    """Id of an entity: three parts between slashes."""

    regex = r"[a-z0-9-]{2,64}/[a-z]{4,16}/[a-z0-9._-]{1,100}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(EntityConverter, "entity")

urlpatterns = [
    path("", lists.list_posts, name="directory-list"),
    path("persons/", lists.list_persons, name="directory-persons"),
    path("organisations/", lists.list_organisations, name="directory-organisations"),
    path("places/", lists.list_places, name="directory-places"),
    path("proxies/", lists.list_proxies, name="directory-proxies"),
    path("duty/", duty.show_duty, name="directory-duty"),
    path("matching/", names.match, name="directory-matching"),
    path("decisions/", names.list_decisions, name="directory-decisions"),
    path("decisions/<str:number>/", names.show_decision, name="directory-decision"),
    path("names/new/", names.new_entity, name="directory-entity-new"),
    path("names/<entity:entity_id>/", names.show_entity, name="directory-entity"),
    path("new/", cards.choose_card, name="directory-choose"),
    path("new/<str:card>/", cards.new_card, name="directory-new"),
    path("popolo.json", exports.download_popolo, name="directory-popolo"),
    path("<uuid:object_id>/", cards.show_card, name="directory-detail"),
    path("<uuid:object_id>/replace/", cards.replace_card, name="directory-replace"),
    path("<uuid:object_id>/contact.<str:form>", exports.download_contact, name="directory-contact"),
    *record_patterns("directory"),
]
