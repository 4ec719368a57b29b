"""Pages of records in the workspace, over the world of the public pages: two nodes, versions, proofs."""

import re
from typing import Any

from mithaq.core.log.proof_file import parse_proof_file

from .page import read_page
from .world import World

LANGUAGES = ("ar", "fr", "en")


def get(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_every_page_of_a_record(reader: Any, world: World) -> None:
    paths = ("", "text/", "text/?version=2", "diff/", "diff/?from=2&to=1", "timeline/", "proof/")
    for lang in LANGUAGES:
        for path in paths:
            page = read_page(get(reader, f"/{lang}/agreements/{world.public}/{path}"))
            assert page.find("h1"), path
            for text, inside in page.texts:
                if re.search(r"[؀-ۿ]", text) and lang != "ar" and inside[-1].tag != "title":
                    isolated = [each.tag == "bdi" or "lang" in each.attributes for each in inside]
                    assert any(isolated[1:]), (path, text)
    for path in ("text/?version=3", "diff/?from=x", "proof/?act=x"):
        assert reader.get(f"/fr/agreements/{world.public}/{path}").status_code == 404, path


def test_r54_both_languages_stand_side_by_side_and_what_is_missing_is_told(reader: Any, world: World) -> None:
    shown = get(reader, f"/fr/agreements/{world.public}/text/?version=1")
    table = shown[shown.index('<table class="pairs" dir="rtl">') :]  # it runs from the right: Arabic first
    assert table.index('lang="ar" dir="rtl"') < table.index('lang="fr" dir="ltr"')
    assert 'id="art_1"' in shown
    assert "Pas encore dans cette langue." in shown


def test_versions_are_compared(reader: Any, world: World) -> None:
    shown = get(reader, f"/fr/agreements/{world.public}/diff/?from=1&to=2")
    assert re.search(r"<del><span[^>]*>supprimé\xa0: </span>", shown)
    assert re.search(r"<ins><span[^>]*>ajouté\xa0: </span>", shown)
    assert "Visibilité" in shown  # a changed field stands first


def test_r30_each_act_has_a_proof_that_can_be_taken_away(reader: Any, world: World) -> None:
    shown = get(reader, f"/fr/agreements/{world.public}/proof/")
    acts = set(re.findall(r'href="\?act=([0-9a-f-]{36})"', shown))
    assert len(acts) == 4
    for act in acts:
        page = get(reader, f"/fr/agreements/{world.public}/proof/?act={act}")
        assert "vérifié ici" in page
        assert act in page
    answer = reader.get(f"/fr/acts/{world.public}/proof")
    assert answer.status_code == 200
    assert parse_proof_file(answer.content).checkpoint.lines


def test_the_timeline_tells_who_for_which_post_and_how_far(reader: Any, world: World) -> None:
    page = read_page(get(reader, f"/fr/agreements/{world.public}/timeline/"))
    assert len([each for each in page.find("li") if "timeline" in each.attributes.get("class", "")]) == 4
    assert "minister" in page.text
    assert "Remis à" in page.text


def test_lists_show_both_sides(reader: Any, world: World) -> None:
    shown = get(reader, "/ar/agreements/")
    assert shown.count('<th scope="row"') == 7
    assert get(reader, "/ar/agreements/?state=part_signed").count('<th scope="row"') == 1
