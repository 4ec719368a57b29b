"""An account stands in acts for a card of the directory: proposed from the posts it holds, named by two."""

from typing import Any

from ..directory.cards import ORGANISATION, POST, issue, name
from .conftest import post
from .test_officers import administrators, waiting_action

LAFTIT = [name("عبد الوافي لفتيت", "ar"), name("Abdelouafi Laftit")]


def test_a_signing_reads_holder_once_the_account_names_the_card_of_its_person(office: Any) -> None:
    from mithaq.node.who import PostAt, Standing
    from mithaq.web.accounts.models import User

    first, second = administrators(office)
    user = office.found("rim", "minister", "signatory")
    for card in (ORGANISATION, POST):
        issue(office, card)
    issue(office, {"card": "person", "id": "p1", "languages": ["ar"]}, LAFTIT)
    holding = {"card": "holding", "id": "h1", "post": "ma-mi.minister", "person": "p1"}
    issue(office, {**holding, "from_on": "2017-04-05"})

    def standing() -> Any:
        asked = PostAt("ma-mi", "minister", office.clock.now())
        holder = User.objects.get(pk=user.pk).pseudonym
        return office.node.registry.who.judge_signing(asked, holder, "instrument.sign").standing

    assert standing() is Standing.OTHER_PERSON
    minister = office.browser("rim")
    warned = minister.get("/fr/account/").content.decode()
    assert ("autre titulaire" in warned, "Laftit" in warned) == (True, True)
    address = f"/fr/account/officers/{user.pk}/name-person/"
    form = first.get(address).content.decode()
    assert ("Laftit" in form, 'value="p1"' in form) == (True, True)
    assert "error-summary" in post(first, address).content.decode()
    assert "error-summary" in post(first, address, typed="../x").content.decode()
    assert post(first, address, chosen="p1").status_code == 302
    assert standing() is Standing.OTHER_PERSON
    assert post(second, waiting_action(second), decision="approve").status_code == 302
    assert standing() is Standing.HOLDER
    assert "autre titulaire" not in minister.get("/fr/account/").content.decode()
    assert "error-summary" in post(first, address.replace(str(user.pk), sara()), typed="p1").content.decode()


def sara() -> str:
    from mithaq.web.accounts.models import User

    return str(User.objects.get(login="sara").pk)
