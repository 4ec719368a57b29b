"""The catalogues of messages: compiled, whole, and equal to what the pages ask for."""

import ast
import gettext
import io
import re
from pathlib import Path

import pytest

from tools import compile_messages

PACKAGE = Path(__file__).parents[2] / "src" / "mithaq"
TRANSLATE = re.compile(r"""\{% translate "([^"]+)" %\}""")
BLOCK = re.compile(r"\{% blocktranslate [^%]*%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
PLURAL = re.compile(r"\{% plural %\}")
FORMS = {"ar": 6, "fr": 2}
VARIABLE = re.compile(r"\{\{ (\w+) \}\}")
PLACEHOLDER = re.compile(r"%\(\w+\)s")
BREAKS_IN_FRENCH = re.compile(
    r" [:;?!»]|« |(?:\d|%\(\w+\)s) (?:%(?!\()|(?:octets?|[KMG]io|mégapixels|heures?|jours?|minutes?|"
    r"secondes?|mois|ans?|caractères?|pages?|lignes?)\b)"
)
"""An ordinary space where no line may break: French wants U+00A0, and U+202F before ``;``, ``?``, ``!``."""
CATALOGUES = compile_messages.find_catalogues()


def files_of(app: Path, suffix: str) -> list[Path]:
    """Files of an app, without those of apps inside it: these have catalogues of their own."""
    inner = {path.parent for path in app.rglob("apps.py")} - {app}
    return [
        path
        for path in sorted(app.rglob(f"*{suffix}"))
        if not inner.intersection(path.parents) and path.is_file()
    ]


def find_messages(app: Path) -> set[str]:
    """Every message of the templates and modules of an app."""
    found: set[str] = set()
    for file in files_of(app, ".html"):
        text = file.read_text(encoding="utf-8")
        found |= set(TRANSLATE.findall(text))
        singular = [PLURAL.split(block)[0] for block in BLOCK.findall(text)]
        found |= {VARIABLE.sub(r"%(\1)s", " ".join(block.split())) for block in singular}
    for file in files_of(app, ".py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                found |= {each.value for each in node.args if isinstance(each, ast.Constant)}
    return found


def read(catalogue: Path) -> dict[str, compile_messages.Entry]:
    entries = compile_messages.parse_catalogue(catalogue.read_text(encoding="utf-8"))
    return {each.source: each for each in entries if each.source}


def test_there_are_catalogues_in_both_languages() -> None:
    assert {path.parts[-3] for path in CATALOGUES} == {"ar", "fr"}


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_message_says_one_thing_in_all_catalogues(lang: str) -> None:
    """Django merges them: of two translations, one would stand on pages it was not made for."""
    said: dict[str, set[tuple[str, ...]]] = {}
    for catalogue in CATALOGUES:
        if catalogue.parts[-3] == lang:
            for source, each in read(catalogue).items():
                said.setdefault(source, set()).add(tuple(each.texts[form] for form in sorted(each.texts)))
    assert {source: texts for source, texts in said.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: "-".join(path.parts[-5:-2]))
class TestCatalogue:
    def test_is_compiled(self, catalogue: Path) -> None:
        entries = compile_messages.parse_catalogue(catalogue.read_text(encoding="utf-8"))
        assert catalogue.with_suffix(".mo").read_bytes() == compile_messages.compile_entries(entries)

    def test_holds_exactly_the_messages_of_its_app(self, catalogue: Path) -> None:
        assert set(read(catalogue)) == find_messages(catalogue.parents[3])

    def test_everything_is_translated(self, catalogue: Path) -> None:
        assert [each.source for each in read(catalogue).values() if not each.is_translated] == []

    def test_every_plural_form_is_filled(self, catalogue: Path) -> None:
        for each in read(catalogue).values():
            wanted = 1 if each.plural is None else FORMS[catalogue.parts[-3]]
            assert sorted(each.texts) == list(range(wanted)), each.source

    def test_placeholders_are_equal(self, catalogue: Path) -> None:
        for each in read(catalogue).values():
            wanted = set(PLACEHOLDER.findall(each.source))
            for text in each.texts.values():
                # Arabic says one and two without a figure.
                found = set(PLACEHOLDER.findall(text))
                assert found == wanted if each.plural is None else found <= wanted

    def test_python_reads_the_compiled_file(self, catalogue: Path) -> None:
        found = gettext.GNUTranslations(io.BytesIO(catalogue.with_suffix(".mo").read_bytes()))
        for each in read(catalogue).values():
            if each.plural is None:
                assert found.gettext(each.source) == each.texts[0]
            else:
                assert found.ngettext(each.source, each.plural, 5) in each.texts.values()

    def test_arabic_holds_no_latin_word(self, catalogue: Path) -> None:
        if catalogue.parts[-3] == "ar":
            texts = [text for each in read(catalogue).values() for text in each.texts.values()]
            assert [text for text in texts if re.search(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", text))] == []

    def test_no_line_of_french_breaks_before_a_sign(self, catalogue: Path) -> None:
        if catalogue.parts[-3] == "fr":
            texts = [text for each in read(catalogue).values() for text in each.texts.values()]
            assert [text for text in texts if BREAKS_IN_FRENCH.search(text)] == []


def test_plural_forms_and_contexts_are_kept() -> None:
    text = 'msgctxt "menu"\nmsgid "act"\nmsgid_plural "acts"\nmsgstr[0] "acte"\nmsgstr[1] "ac"\n"tes"\n'
    [entry] = compile_messages.parse_catalogue(text)
    assert (entry.key, entry.value) == ("menu\x04act\0acts", "acte\0actes")


def test_a_fuzzy_message_is_left_out() -> None:
    entries = compile_messages.parse_catalogue('#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n')
    assert [each.is_translated for each in entries] == [False, True]
