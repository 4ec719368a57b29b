"""What waits for a signature stands on home, however much newer is signed by others first."""

from datetime import timedelta
from typing import Any

from .test_acting import propose


def test_home_finds_the_oldest_text_to_sign_behind_hundreds_of_newer(office: Any) -> None:
    from msgspec import structs

    office.found("rim", "minister", "signatory")
    text = propose(office)
    store = office.node.store
    [row] = store.projections.instruments(object_id=text)
    assert row.unsigned_by == ("fr-mi", "ma-mi")
    newer = [
        structs.replace(
            row,
            object_id=f"{number:08x}{text[8:]}",
            unsigned_by=("fr-mi",),
            created_at=row.created_at + timedelta(seconds=number),
        )
        for number in range(0xF0000000, 0xF0000000 + 230)
    ]
    store.projections.save_instruments(newer)
    browser = office.browser("rim")
    for address in ("/fr/", "/fr/due/"):
        assert f"/fr/agreements/{text}/" in browser.get(address).content.decode(), address
