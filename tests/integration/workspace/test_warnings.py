"""What the checks of a node warn of before it hurts, in ``node doctor`` and on the page of health alike."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import override

from .conftest import Office


def checks(office: Office, code: str) -> list[Any]:
    from mithaq.node.health import check_health

    return [one for one in check_health(office.node) if one.code == code]


def test_fault_16_the_end_of_a_certificate_is_warned_of_before(office: Office) -> None:
    """From 30 days on, and as a fault in the last one; reading goes on all the same."""
    from mithaq.web.overview.health import show_check

    office.node.identity = replace(office.node.identity, base_url="https://rabat.example")
    for days, level in ((0, "ok"), (61, "warn"), (28, "fail"), (5, "fail")):
        office.clock.forward(days=days)
        found = checks(office, "certificate")
        assert [one.level for one in found] == [level, level], office.clock.ahead
        assert all(bool(one.remedy) == (level != "ok") for one in found)
        if level == "warn":
            with override("fr"):
                shown = show_check(found[0])
            assert shown.told.replace("\xa0", " ") == "L’un d’eux se termine dans 28 jours"
            assert shown.remedy
    office.found("reader", "desk", "reader")
    assert office.browser("reader").get("/fr/health/").status_code == 200


def test_passkeys_without_attestation_are_warned_of_in_service(
    office: Office, tmp_path: Path, settings: Any
) -> None:
    from mithaq.main.home import Home, load_choices, save_choices
    from mithaq.web.overview.health import show_check

    def level() -> str:
        [found] = checks(office, "passkeys")
        for language in ("ar", "fr", "en"):
            with override(language):
                assert bool(show_check(found).remedy) == (found.level != "ok")
        return str(found.level)

    assert level() == "ok"
    settings.MITHAQ_PASSKEY_ROOTS = b""  # a list that cannot be read trusts nobody
    assert level() == "warn"
    settings.MITHAQ_PASSKEY_ROOTS = None
    home = Home(tmp_path / "rabat")
    made = load_choices(home)
    save_choices(home, replace(made, tables={**made.tables, "cli": {"release": "people"}}))
    assert level() == "warn"
