"""Nothing that is not public leaves by these addresses: canaries, searched in every answer."""

import base64
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin

from pypdf import PdfReader

from mithaq.core.acts.proved_act import parse_proof_extra
from mithaq.core.log.proof_file import parse_proof_file

from .world import CANARY, TITLE, World

LANGUAGES = ("ar", "fr", "en")
ADDRESS = re.compile(r'href="((?:/public/|\?)[^"]*)"')
BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")


def holds_canary(body: bytes) -> bool:
    """In the bytes, or in what they hold in base64, twice over."""
    found = [body]
    for _ in range(2):
        if any(CANARY.encode() in each for each in found):
            return True
        found = [decoded for each in found for decoded in decode_all(each)]
    return any(CANARY.encode() in each for each in found)


def open_pdf(body: bytes) -> bytes:
    """What a reader gets out of a PDF: its words, and the files within."""
    reader = PdfReader(io.BytesIO(body))
    words = "".join(page.extract_text() for page in reader.pages)
    return words.encode() + b"".join(each for files in reader.attachments.values() for each in files)


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
        body = answer.content
        assert not holds_canary(open_pdf(body) if body.startswith(b"%PDF") else body), address
        if answer["Content-Type"].startswith("text/html"):
            found = ADDRESS.findall(body.decode())
            here = answer.request["PATH_INFO"]
            # One PDF is enough: it says the same in each language, and takes a second to make.
            waiting += [
                urljoin(here, unescape(each)) for each in found if "pdf" not in each or "/fr/" in here
            ]
    assert len([address for address in seen if address.endswith("/proof")]) == 3
    assert len([address for address in seen if address.endswith("policy")]) == 4


def test_what_is_hidden_looks_like_what_is_not_there(client: Any, world: World) -> None:
    unknown = "01900000-0000-7000-8000-000000000000"
    pages = ("/public/fr/{}/", "/public/fr/{}/?format=json", "/public/fr/{}/?format=pdf")
    for template in (*pages, "/public/{}/proof", "/public/{}/policy"):
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


def test_nothing_is_found_that_may_not_be_read(client: Any, world: World) -> None:
    from mithaq.node.read.indexing import Indexer
    from mithaq.web.runtime import get_node

    Indexer(get_node()).run()
    for asked in (CANARY, "Secret", "سري"):
        for form in ("", "&format=json"):
            answer = client.get(f"/public/fr/?q={quote(asked)}{form}")
            assert world.public not in answer.content.decode(), asked  # its draft holds the word
            assert "/public/fr/0" not in answer.content.decode(), asked
    for asked in ("accord", "ACCORD public", "للعموم", "titre 2"):
        assert world.public in client.get(f"/public/fr/?q={quote(asked)}").content.decode(), asked


def test_kinds_are_listed_alike_whatever_is_hidden(client: Any, world: World) -> None:
    page = client.get("/public/en/").content.decode()
    assert '<option value="meetings.communique">' in page
    assert '<option value="roadmap.roadmap">' in page
    none = client.get("/public/en/?kind=meetings.communique")
    assert (none.status_code, "No public text holds this." in none.content.decode()) == (200, True)
    assert world.public in client.get("/public/en/?kind=agreements.agreement").content.decode()
    assert client.get("/public/en/?kind=x").status_code == 404


def test_a_draft_version_is_not_there(client: Any, world: World) -> None:
    assert client.get(f"/public/fr/{world.public}/?version=1").status_code == 200
    for number in ("2", "0", "x", "²"):
        for form in ("", "&format=json", "&format=pdf"):
            assert client.get(f"/public/fr/{world.public}/?version={number}{form}").status_code == 404


def test_programs_read_the_same(client: Any, world: World) -> None:
    listed = client.get("/public/fr/?format=json").json()
    assert [each["id"] for each in listed["items"]] == [world.public]
    text = client.get(f"/public/fr/{world.public}/?format=json").json()
    assert text["manifest"]["data"]["title"] == TITLE
    assert [each["kind"] for each in text["acts"]] == [
        "instrument.propose",
        "instrument.sign",
        "instrument.sign",
    ]
    assert text["versions"][0]["content_hash"] == text["content_hash"]
    assert all(client.get(each["proof"]).status_code == 200 for each in text["acts"])
