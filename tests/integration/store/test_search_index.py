"""``SearchIndex``: the same hits on both engines, whole batches or none, and codes that hide."""

from pathlib import Path
from typing import Any

import pytest

from mithaq.core.types import Origin
from mithaq.node.ports.search import Cursors, SearchDocument, SearchIndex, SearchQuery

from .engines import OnPostgresql, OnSqlite

ALL = ("clear", "green", "amber", "amber+strict", "red")
LOG = Origin("ma-mi.example/log/1")


def make_document(object_id: str, text: str, code: str = "green", **fields: Any) -> SearchDocument:
    return SearchDocument(
        **{"object_id": object_id, "object_kind": "meetings.minutes", "title": {"fr": text}, "code": code}
        | fields
    )


def fill(index: SearchIndex, *documents: SearchDocument, gone: tuple[str, ...] = ()) -> None:
    before = index.cursors()
    after = Cursors({LOG: before.logs.get(LOG, 0) + 1}, before.journal)
    assert index.take(documents, gone, before, after)


def find(index: SearchIndex, *words: str, codes: tuple[str, ...] = ALL, **fields: Any) -> list[str]:
    found = index.find(SearchQuery([[word] for word in words], codes, **fields), 10)
    return [hit.document.object_id for hits in found.values() for hit in hits]


class SearchIndexContract:
    @pytest.fixture
    def index(self, databases: None, tmp_path: Path) -> SearchIndex:
        from mithaq.adapters.search.open import open_index

        made = open_index(tmp_path / "search.sqlite3")
        made.clear()
        return made

    def test_every_word_must_be_there_from_its_beginning(self, index: SearchIndex) -> None:
        fill(
            index, make_document("a", "Réunion du groupe migration"), make_document("b", "Groupe de travail")
        )
        assert find(index, "groupe") == ["b", "a"]
        assert find(index, "groupe", "migr") == ["a"]
        assert find(index, "reunion") == ["a"]
        assert find(index, "roupe") == []
        assert index.find(SearchQuery([["travail", "migration"]], ALL), 10)["meetings"][0].place > 0

    def test_arabic_is_found_behind_what_is_written_at_its_front(self, index: SearchIndex) -> None:
        fill(index, make_document("a", "محضر اللقاء والاتفاق على خريطة الطريق"))
        for word in ("اتفاق", "لقاء", "طريق", "محضر", "والاتفاق"):
            assert find(index, word) == ["a"], word

    def test_a_code_above_the_clearance_hides(self, index: SearchIndex) -> None:
        fill(
            index, *(make_document(code, "secret", code) for code in ALL), make_document("x", "secret", "???")
        )
        assert set(find(index, "secret")) == {*ALL, "x"}
        assert set(find(index, "secret", codes=("clear", "green"))) == {"clear", "green"}
        assert find(index, "secret", codes=()) == []

    def test_registers_and_places_narrow(self, index: SearchIndex) -> None:
        fill(index, *(make_document(f"m{number}", "mot") for number in range(3)))
        fill(index, make_document("r", "mot", object_kind="requests.request"))
        assert find(index, "mot", registers=("requests",)) == ["r"]
        query = SearchQuery([["mot"]], ALL, ("meetings",))
        first = index.find(query, 2)["meetings"]
        query = SearchQuery([["mot"]], ALL, ("meetings",), before=first[-1].place)
        assert [hit.document.object_id for hit in first] == ["m2", "m1"]
        assert [hit.document.object_id for hit in index.find(query, 2)["meetings"]] == ["m0"]

    def test_a_document_is_replaced_and_removed(self, index: SearchIndex) -> None:
        fill(index, make_document("a", "ancien", names=["Laftit"]))
        fill(index, make_document("a", "nouveau", names=["لفتيت"]))
        assert (find(index, "ancien"), find(index, "nouveau"), index.count()) == ([], ["a"], 1)
        generation, named = index.names()
        assert [name for _, name in named] == ["لفتيت"]
        fill(index, gone=("a",))
        assert index.count() == 0
        assert index.names()[0] > generation

    def test_only_who_stands_at_the_cursor_moves_it(self, index: SearchIndex) -> None:
        before = index.cursors()
        assert index.take([make_document("a", "un")], [], before, Cursors({LOG: 5}, 2))
        assert not index.take([make_document("b", "deux")], [], before, Cursors({LOG: 6}, 2))
        assert index.cursors() == Cursors({LOG: 5}, 2)
        assert (find(index, "un"), find(index, "deux")) == (["a"], [])

    def test_words_are_near_by_sound(self, index: SearchIndex) -> None:
        fill(index, make_document("a", "لفتيت"), make_document("b", "Retailleau"))
        assert [word.folded for word in index.words_near(["l"], 4, 10)] == ["لفتيت"]
        assert (index.holds("retailleau"), index.holds("laftit")) == (True, False)

    @pytest.mark.parametrize(
        "hostile", ['"', "'", "a'b", 'a" OR "b', "*", "\\", "a\\", "%", "(", "\U0010ffff"]
    )
    def test_signs_of_the_engine_are_only_signs(self, index: SearchIndex, hostile: str) -> None:
        fill(index, make_document("a", f"mot {hostile}"))
        find(index, hostile)
        find(index, "mot", hostile, registers=(hostile,))
        assert find(index, "mot") == ["a"]

    def test_clearing_begins_anew(self, index: SearchIndex) -> None:
        fill(index, make_document("a", "mot"))
        index.clear()
        assert (index.cursors(), index.count(), find(index, "mot")) == (Cursors(), 0, [])
        fill(index, make_document("a", "mot"))
        assert find(index, "mot") == ["a"]


class TestSearchIndexOnSqlite(OnSqlite, SearchIndexContract):
    def test_a_file_that_is_no_index_is_said(self, databases: None, tmp_path: Path) -> None:
        from mithaq.adapters.search.sqlite_index import SqliteIndex
        from mithaq.errors import UnavailableError

        (tmp_path / "broken.sqlite3").write_bytes(b"not a database at all" * 100)
        with pytest.raises(UnavailableError, match="search_index"):
            SqliteIndex(tmp_path / "broken.sqlite3").count()


class TestSearchIndexOnPostgresql(OnPostgresql, SearchIndexContract):
    pass
