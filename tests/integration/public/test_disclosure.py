"""Nothing that is not public leaves by these addresses: canaries, searched in every answer."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest

from mithaq.core.acts.proved_act import parse_proof_extra
from mithaq.core.log.proof_file import parse_proof_file

from .world import CANARY, World

LANGUAGES = ("ar", "fr", "en")
ADDRESS = re.compile(r'href="(/public/[^"]*)"')
BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")

pytestmark = pytest.mark.xdist_group("public-world")


def holds_canary(body: bytes) -> bool:
    """In the bytes, or in what they hold in base64, twice over."""
    found = [body]
    for _ in range(2):
        if any(CANARY.encode() in each for each in found):
            return True
        found = [decoded for each in found for decoded in decode_all(each)]
    return any(CANARY.encode() in each for each in found)


def decode_all(body: bytes) -> Iterator[bytes]:
    for text in BASE64.findall(body):
        try:
            yield base64.b64decode(text)
        except ValueError:
            continue


def test_the_search_for_canaries_finds_one() -> None:
    inner = base64.b64encode(b'{"x":"' + CANARY.encode() + b'"}')
    assert holds_canary(base64.b64encode(b'{"envelope":"' + inner + b'"}'))


def test_every_address_that_leads_from_the_pages(client: Any) -> None:
    waiting, seen = ["/public/"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        assert not holds_canary(answer.content), address
        if answer["Content-Type"].startswith("text/html"):
            waiting += ADDRESS.findall(answer.content.decode())
    assert len([address for address in seen if address.endswith("/proof")]) == 3
    assert len([address for address in seen if address.endswith("policy")]) == 4


def test_what_is_hidden_looks_like_what_is_not_there(client: Any, world: World) -> None:
    unknown = "01900000-0000-7000-8000-000000000000"
    for template in ("/public/fr/{}/", "/public/{}/proof", "/public/{}/policy"):
        expected = client.get(template.format(unknown))
        assert expected.status_code == 404
        for why, object_id in world.hidden.items():
            answer = client.get(template.format(object_id))
            assert (answer.status_code, answer.content) == (404, expected.content), why


def test_acts_of_hidden_things_have_no_proof_either(client: Any, world: World) -> None:
    from mithaq.web.runtime import get_node

    node = get_node()
    grouped = node.store.acts.of_objects([*world.hidden.values(), world.public])
    hidden = [act for object_id in world.hidden.values() for act in grouped[object_id]]
    drafts = [act for act in grouped[world.public] if act.parsed.kind == "instrument.counter"]
    assert len(drafts) == 1
    assert len(hidden) > 12
    for act in [*hidden, *drafts]:
        assert client.get(f"/public/{act.parsed.id}/proof").status_code == 404
        assert client.get(f"/public/{act.parsed.id}/policy").status_code == 404


def test_receipts_have_no_proof(client: Any) -> None:
    from mithaq.web.runtime import get_node

    node = get_node()
    receipts = [
        act.read()
        for act in node.store.acts.scan(node.identity.origin)
        if b'"kind":"receipt"' in act.envelope
    ]
    assert receipts
    assert client.get(f"/public/{receipts[0].parsed.id}/proof").status_code == 404


def test_sections_never_go_with_a_proof(client: Any, world: World) -> None:
    from mithaq.web.proof import Prover
    from mithaq.web.runtime import get_node

    proof = parse_proof_file(Prover(get_node()).proof_file(world.hidden["red note"]).encode())
    assert proof.extra is not None
    assert dict(parse_proof_extra(proof.extra).sections) == {}


def test_a_text_stays_published_while_another_version_is_a_draft(client: Any, world: World) -> None:
    from mithaq.web.runtime import get_node

    [row] = get_node().store.projections.instruments(object_id=world.public)
    assert (row.version, row.is_public) == (2, True)
    assert client.get(f"/public/fr/{world.public}/").status_code == 200
