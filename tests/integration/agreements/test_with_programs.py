"""Agreements for programs: the command line beside the pages of a running node."""

import json
from pathlib import Path
from typing import Any

import pytest

from ..cli.two_homes import run as run_command
from ..meetings.world import Side, World
from .story import AGREED, IN_FORCE, ask, both_say, notice, propose, release, says, sign

pytestmark = pytest.mark.timeout(300)


def run(side: Side, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    done = run_command("--json", *arguments, home=side.actor.folder)
    assert done.code == code, (arguments, done)
    return done.records


def test_the_command_line_tells_what_comes_next_and_acts(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "نص من سطر الأوامر", "fr": "Texte des commandes"}
    object_id = propose(world.rabat, "agreement", title, rule="ON_EXCHANGE_OF_INSTRUMENTS")
    says(world.paris, object_id, title["fr"])
    [refused] = run(world.paris, "instrument", "notify", object_id, "--yes", code=5)
    assert refused["error"]["code"] == "not_signed"
    run(world.rabat, "agreement", "initial", object_id, "--compared", "--post", "release", "--yes")
    release(world.paris, ask(world.paris, object_id, "initial", has_compared="on"))
    both_say(world, object_id, AGREED)
    sign(world, object_id)
    both_say(world, object_id, {"ar": "الإشعار باستكمال", "fr": "Notification de l’accomplissement"})
    notice(world.rabat, object_id, "notify")
    run(world.paris, "instrument", "notify", object_id, "--yes")
    both_say(world, object_id, IN_FORCE)
    [shown] = run(world.rabat, "agreement", "show", object_id)
    [there] = run(world.paris, "agreement", "show", object_id)
    same = ("version", "content_hash", "state", "signed_on", "entry_into_force_on", "dates", "received_on")
    assert {name: shown[name] for name in same} == {name: there[name] for name in same}
    assert shown["state"] == "in_force"
    suspend = ("instrument", "suspend", object_id, "--ground", "art. 60", "--yes")
    [refused] = run(world.paris, *suspend, "--article", "art_9", code=1)
    assert refused["error"]["code"] == "unknown_part"
    run(world.paris, *suspend, "--article", "art_2")
    both_say(world, object_id, {"ar": "معلق جزئيا", "fr": "Suspendu en partie"})
    for side in (world.rabat, world.paris):
        [shown] = run(side, "agreement", "show", object_id)
        assert (shown["state"], shown["suspended_articles"]) == ("in_force", ["art_2"])
        assert [each["scope"] for each in shown["suspensions"]] == [["#art_2"]]
    run(world.paris, "instrument", "resume", object_id, "--yes")
    run(world.paris, "instrument", "denounce", object_id, "--yes")
    says(world.rabat, object_id, "نهاية")
    listed = {each["id"]: each for each in run(world.paris, "agreement", "list")}
    assert listed[object_id]["ends_on"] is not None


def test_the_agreement_of_2000_is_taken_over_and_enters_on_1_may_2001(agreements_world: World) -> None:
    world = agreements_world
    title = {"ar": "اتفاق الأمن لسنة 2000", "fr": "Accord de sécurité de 2000"}
    object_id = propose(
        world.paris,
        "agreement",
        title,
        legal_nature="treaty",
        rule="FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION",
        n="2",
        past_signed_on="30 mai 2000",
        **{"received_ma-mi": "18 décembre 2000", "received_fr-mi": "12 mars 2001"},
    )
    both_say(world, object_id, title)
    sign(world, object_id)
    both_say(world, object_id, {"ar": "1 ماي 2001", "fr": "1er mai 2001"})
    for side in (world.rabat, world.paris):
        [shown] = run(side, "agreement", "show", object_id)
        assert shown["signed_on"] == "2000-05-30"
        assert shown["entry_into_force_on"] == "2001-05-01"
        assert shown["state"] == "in_force"


def test_read_models_are_equal_after_a_rebuild(agreements_world: World) -> None:
    for side in (agreements_world.rabat, agreements_world.paris):
        [report] = run(side, "rebuild", "--check")
        assert all(each["equal"] for each in report["registers"]), report


def test_what_goes_wrong_is_refused_at_the_command_line_too(agreements_world: World, tmp_path: Path) -> None:
    """No rule, languages that do not match, another post, countered meanwhile: a reason, nothing lost."""
    world = agreements_world
    title = {"ar": "نص للأوامر المرفوضة", "fr": "Texte des refus"}

    def put(side: Side, name: str, *more: str, code: int = 0, **manifest: Any) -> dict[str, Any]:
        found = {
            "object_kind": "agreements.agreement",
            "signatories": [{"administration": each, "post": "minister"} for each in ("fr-mi", "ma-mi")],
            "effect": {"rule": "ON_SIGNATURE"},
            "data": {"title": title, "articles": [{"eid": "art_1", "text": {"fr": "Un.", "ar": "واحد."}}]},
            **manifest,
        }
        file = tmp_path / f"{name}.json"
        handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
        given = {"subject": title, "lang": ["ar", "fr"], "handling": handling, **found}
        file.write_text(json.dumps(given))
        [answer] = run(side, "instrument", "propose", str(file), *more, "--yes", code=code)
        return answer

    def sign(side: Side, answer: dict[str, Any], *more: str, code: int) -> str:
        [refused] = run(side, "instrument", "sign", answer["id"], *more, "--yes", code=code)
        assert refused["error"]["kept"]
        return str(refused["error"]["code"])

    assert put(world.rabat, "ruleless", code=1, effect={})["error"]["code"] == "no_entry_into_force_rule"
    half = {"title": title, "articles": [{"eid": "art_1", "text": {"fr": "Un.\n\nDeux.", "ar": "واحد."}}]}
    lacking = put(world.rabat, "lacking", data=half)
    assert sign(world.rabat, lacking, "--post", "minister", code=5) == "translation_missing"
    text = put(world.rabat, "text")
    assert sign(world.rabat, text, "--post", "release", code=3) == "wrong_post"
    says(world.paris, text["id"], title["fr"])
    newer = {"title": title, "articles": [{"eid": "art_1", "text": {"fr": "Un autre.", "ar": "واحد آخر."}}]}
    put(world.paris, "newer", "--counter", text["id"], data=newer)
    says(world.rabat, text["id"], "واحد آخر.")
    old = ("--version", "1", "--hash", text["content_hash"], "--post", "minister")
    assert sign(world.rabat, text, *old, code=5) == "annulled"
    [shown] = run(world.rabat, "agreement", "show", text["id"])
    assert [each["version"] for each in shown["versions"]] == [1, 2]
