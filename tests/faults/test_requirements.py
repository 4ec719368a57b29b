"""Requirements that the record itself keeps, each on whole nodes in memory (more: the tests of registers)."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mithaq.core.codelists import FIELDS, TERMS, find_wrong_terms
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.node.append.submit import NoteContent
from mithaq.node.read.codelists import read_codelist
from mithaq.node.read.rebuild import rebuild

from .federation import DESK, SimNode, World
from .moves import act, act_on_latest, fields_of, propose, send_note

ROOT = Path(__file__).parents[2]


def sign_everywhere(world: World, object_id: str) -> None:
    for node in world.nodes.values():
        act_on_latest(node, object_id, InstrumentKind.SIGN)
        world.settle()


def today(world: World) -> date:
    return world["fr-mi"].clock.now().date()


def request(node: SimNode, to: str, basis: list[Any]) -> str:
    body = {"class": "normal_7d", "questions": [{"no": 1, "text": "when?"}], "basis": basis}
    content = NoteContent("requests.request", [to], body, fields_of("question"))  # type: ignore[list-item]
    return node.acknowledged(node.desk.send_note(content, DESK)).act_id


def row_of(node: SimNode, note_id: str) -> Any:
    [row] = node.store.projections.notes(object_id=note_id)
    return row


def act_on_hash(node: SimNode, object_id: str, kind: InstrumentKind, **more: Any) -> None:
    _, state = node.desk.instrument_state(object_id)
    assert state.latest is not None
    act(node, object_id, kind, {"content_hash": state.latest.content_hash, **more})


def test_r29_a_suspension_stops_the_clocks_of_what_rests_on_it() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    basis = propose(world, morocco, "fr-mi")
    world.settle()
    sign_everywhere(world, basis)
    note = request(france, "ma-mi", [f"{basis}#art_3"])
    world.settle()
    due_at = row_of(morocco, note).due_at
    assert due_at == row_of(france, note).due_at
    act_on_hash(morocco, basis, InstrumentKind.SUSPEND, ground="circumstances")
    world.settle()
    for node in (france, morocco):
        assert node.desk.instrument_state(basis)[1].latest.suspensions  # type: ignore[union-attr]
        stopped = row_of(node, note)
        assert stopped.due_at is None
        assert "stopped" in stopped.marks
    remaining = row_of(france, note).remaining_s
    assert remaining == row_of(morocco, note).remaining_s
    world.time.advance(timedelta(days=340).total_seconds())
    act_on_hash(morocco, basis, InstrumentKind.RESUME)
    world.settle()
    resumed = row_of(france, note)
    assert resumed.due_at == row_of(morocco, note).due_at
    assert resumed.due_at - due_at > timedelta(days=339)
    assert all(one.equal for node in (france, morocco) for one in rebuild(node.node, check=True))


def test_r29_a_suspended_article_stops_what_rests_on_it_and_nothing_else() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    basis = propose(world, morocco, "fr-mi")
    world.settle()
    sign_everywhere(world, basis)
    named = ([f"{basis}#art_3"], [{"at": f"{basis}@1#art_3__para_2"}], [f"{basis}#art_4"], [basis])
    on_three, on_paragraph, on_four, on_whole = (request(france, "ma-mi", list(each)) for each in named)
    world.settle()
    act_on_hash(morocco, basis, InstrumentKind.SUSPEND, ground="breach", scope=["#art_3"])
    world.settle()
    for node in (france, morocco):
        assert [row_of(node, each).due_at is None for each in (on_three, on_paragraph)] == [True, True]
        assert [row_of(node, each).due_at is None for each in (on_four, on_whole)] == [False, False]
    world.time.advance(timedelta(days=3).total_seconds())
    act_on_hash(morocco, basis, InstrumentKind.RESUME)
    world.settle()
    due = [row_of(france, each).due_at for each in (on_three, on_paragraph)]
    assert due == [row_of(morocco, each).due_at for each in (on_three, on_paragraph)]
    assert all(each - row_of(france, on_whole).due_at >= timedelta(days=3) for each in due)
    assert all(one.equal for node in (france, morocco) for one in rebuild(node.node, check=True))


def test_r29_a_note_delivered_under_a_suspension_waits_with_its_whole_time() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    basis = propose(world, morocco, "fr-mi")
    world.settle()
    sign_everywhere(world, basis)
    act_on_hash(morocco, basis, InstrumentKind.SUSPEND, ground="circumstances")
    world.settle()
    note = request(france, "ma-mi", [{"at": basis}])
    world.settle()
    for node in (france, morocco):
        row = row_of(node, note)
        assert (row.state, row.due_at, row.remaining_s) == ("delivered", None, 7 * 86_400)
    assert all(one.equal for node in (france, morocco) for one in rebuild(node.node, check=True))


def test_r29_an_outage_is_waited_for() -> None:
    """Both sides work on while the line is down; a clock starts when the note is delivered."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    france.kill()
    note = request(morocco, "fr-mi", [])
    assert row_of(morocco, note).state == "sent"
    world.time.advance(36 * 3_600)
    france.start()
    world.settle()
    row = row_of(morocco, note)
    assert row.delivered_at - row.created_at >= timedelta(hours=36)
    assert row.due_at - row.delivered_at >= timedelta(days=7)
    assert row.due_at == row_of(france, note).due_at


def test_r30_each_side_proves_the_same_record_alone() -> None:
    """No third operator: with the other one gone, each holds and verifies both logs."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    text = propose(world, morocco, "fr-mi")
    world.settle()
    sign_everywhere(world, text)
    france.kill()
    head = morocco.store.followed.head(france.store.own.head().origin)
    assert head.verified_size == france.store.own.head().tree_size
    assert head.root_hash == france.store.own.head().root_hash
    assert morocco.store.projections.instruments(object_id=text)[0].content_hash == (
        france.store.projections.instruments(object_id=text)[0].content_hash
    )


def test_r32_field_codes_are_shared_and_grow_by_a_co_signed_list() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    data = {
        "name": "field",
        "codes": [
            {"code": "MIG", "label": {"ar": "الهجرة والتنقل", "fr": "Migration et mobilité"}},
            {"code": "FIRE", "label": {"ar": "حرائق الغابات", "fr": "Feux de forêt"}},
        ],
    }
    object_id = morocco.desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="reference.codelist",
        object_v=1,
        signatories=[Signatory(code, "minister") for code in ("fr-mi", "ma-mi")],  # type: ignore[arg-type]
        effect={"rule": "ON_SIGNATURE"},
        data=data,
    )
    act(morocco, object_id, InstrumentKind.PROPOSE, {"manifest": dict(manifest.members)}, fields_of("list"))
    world.settle()
    assert read_codelist(france.store, "field", today(world)) == FIELDS
    sign_everywhere(world, object_id)
    lists = [read_codelist(node.store, "field", today(world)) for node in (france, morocco)]
    assert lists[0] == lists[1]
    assert {one.code for one in lists[0].codes} == {one.code for one in FIELDS.codes} | {"FIRE"}
    renamed = lists[0].find("MIG")
    assert renamed is not None
    assert renamed.name("fr") == "Migration et mobilité"


@pytest.mark.parametrize(
    ("lang", "text", "meant"),
    [
        ("fr", "en particulier dans la Région du Sahel et du Désert", "région sahélo-saharienne"),
        ("ar", "والتعاون في مجال الأمن المدني", "الوقاية المدنية"),
        ("fr", "le groupe de contact permanent sur la migration", "Groupe migratoire mixte permanent"),
    ],
)
def test_r40_a_wrong_literal_rendering_is_caught(lang: str, text: str, meant: str) -> None:
    [first, *_] = find_wrong_terms(text, lang, TERMS)
    assert first.meant == meant
    assert text[first.start : first.end] == first.found


def test_r40_a_right_rendering_is_left_alone() -> None:
    assert not find_wrong_terms("La région sahélo-saharienne et la sécurité civile", "fr", TERMS)
    assert not find_wrong_terms("منطقة الساحل والصحراء والوقاية المدنية", "ar", TERMS)


def test_r51_every_act_can_name_its_basis_and_both_sides_read_it() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    basis = propose(world, morocco, "fr-mi")
    note = request(morocco, "fr-mi", [f"{basis}@1#art_2", {"text": "décision du comité"}])
    world.settle()
    stored = france.node.store.acts.by_id(note)
    assert stored.parsed.body["basis"] == [f"{basis}@1#art_2", {"text": "décision du comité"}]
    assert france.store.projections.resting_on(basis) == [note]


def test_r52_the_package_ships_no_boundary() -> None:
    """Names of areas only: no shape, no map of borders, no coordinates of areas."""
    package = ROOT / "src" / "mithaq"
    files = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert not [path for path in files if path.suffix in {".geojson", ".topojson", ".shp", ".kml", ".gpkg"}]
    shapes = re.compile(r'"(?:Multi)?Polygon"')
    for path in files:
        if path.suffix in {".json", ".svg", ".js", ".html"}:
            assert not shapes.search(path.read_text(encoding="utf-8")), path


def test_r52_a_text_stays_as_it_was_signed() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    sent = send_note(world, morocco, "fr-mi")
    world.settle()
    [here] = [node.node.store.acts.by_id(sent.act_id).envelope for node in (morocco,)]
    assert france.node.store.acts.by_id(sent.act_id).envelope == here


def test_r57_three_administrations_sign_one_text() -> None:
    world = World("es-mi", "ma-mi", "pt-mi")
    text = propose(world, world["ma-mi"], "es-mi", "pt-mi")
    world.settle()
    sign_everywhere(world, text)
    rows = [node.store.projections.instruments(object_id=text)[0] for node in world.nodes.values()]
    assert {row.state for row in rows} == {"signed"}
    assert len({(row.content_hash, row.entry_into_force_on) for row in rows}) == 1
    assert rows[0].entry_into_force_on is not None
