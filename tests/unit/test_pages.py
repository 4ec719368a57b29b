"""Rules of every page, read from its source: isolation, logical properties, vendored files, contrast."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mithaq.web.dates import write_date, write_day, write_moment, write_month
from mithaq.web.numbers import write_number
from tools import vendor

PACKAGE = Path(__file__).parents[2] / "src" / "mithaq"
WEB = PACKAGE / "web"
TEMPLATES = sorted(path for path in PACKAGE.rglob("*.html") if "templates" in path.parts)
STYLES = [path for path in sorted(PACKAGE.rglob("static/**/*.css")) if "vendor" not in path.parts]

INTERPOLATION = re.compile(r"\{\{(.*?)\}\}")
TAG = re.compile(r"<[a-zA-Z/!][^<>]*(?:\{[{%].*?[%}]\}[^<>]*)*>")
BLOCK = re.compile(r"\{% blocktranslate.*?endblocktranslate %\}", re.DOTALL)
# Where no element may stand, a browser takes the direction of each from its own first letter.
TITLE = re.compile(
    r"\{% block title %\}.*?\{% endblock %\}|<title>.*?</title>|<option[^<>]*>.*?</option>", re.DOTALL
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
TAGS_OF_DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
FOREIGN = re.compile(
    r"<(\w+)(?=[^<>]*\slang=)[^<>]*>[^<>]*</\1>|<(?:code|pre|bdi)[^<>]*>[^<>]*</(?:code|pre|bdi)>"
)
SPOKEN = re.compile(r"""\b(?:alt|title|placeholder|aria-label)=["']([^"'{]*[^\W\d_][^"'{]*)["']""")
SETS_APART = re.compile(r"\|(?:v(?::\"ltr\")?|mq_\w+(?::[^|]+)?|json_script:\"[\w-]+\")\s*$")
SCRIPT_FILE = re.compile(r"""<script src="\{% static "[\w./-]+" %\}" defer></script>""")
PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![\w-])(?:left|right|top|bottom|width|height)\s*:"
    r"|(?:min|max)-(?:width|height)\s*:|text-align:\s*(?:left|right)|float:"
)
MEDIA = re.compile(r"@media[^{]*\{")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_value_is_set_apart(template: Path) -> None:
    text = TITLE.sub("", BLOCK.sub("", template.read_text(encoding="utf-8")))
    outside_of_tags = TAG.sub("", text)
    bare = [each for each in INTERPOLATION.findall(outside_of_tags) if not SETS_APART.search(each)]
    assert bare == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_script_no_style_no_unsafe_value(template: Path) -> None:
    text = SCRIPT_FILE.sub("", template.read_text(encoding="utf-8"))
    for banned in (
        "<script",
        "style=",
        "|safe",
        "autoescape off",
        " onclick",
        "javascript:",
        "|date",
        "|floatformat",
    ):
        assert banned not in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_literal_is_translated(template: Path) -> None:
    text = BLOCK.sub("", COMMENT.sub("", template.read_text(encoding="utf-8")))
    assert SPOKEN.findall(text) == []
    bare = TAG.sub(" ", TAGS_OF_DJANGO.sub("", FOREIGN.sub(" ", text)))
    assert re.findall(r"[^\W\d_]{2,}", bare) == []


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_use_logical_properties_and_no_data_images(style: Path) -> None:
    text = MEDIA.sub("", style.read_text(encoding="utf-8"))
    assert PHYSICAL.findall(text) == []
    assert "data:" not in text
    assert "http" not in text


def read_tokens(sheet: str, theme: str) -> dict[str, str]:
    text = (WEB / sheet).read_text(encoding="utf-8")
    [block] = re.findall(rf"^{re.escape(theme)} \{{(.*?)^\}}", text, re.DOTALL | re.MULTILINE)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "ground", 7.0),
        ("ink", "soft", 7.0),
        ("muted", "ground", 4.5),
        ("muted", "soft", 4.5),
        ("accent", "ground", 4.5),
        ("accent", "soft", 4.5),
        ("accent", "info-soft", 4.5),
        ("ok", "ok-soft", 4.5),
        ("warn", "warn-soft", 4.5),
        ("error", "error-soft", 4.5),
        ("muted", "info-soft", 4.5),
        ("border", "ground", 3.0),
        ("focus", "ground", 3.0),
    ],
)
def test_contrast_of_public_pages(ink: str, ground: str, least: float) -> None:
    tokens = read_tokens("public/static/public/public.css", ":root")
    assert contrast(tokens[ink], tokens[ground]) >= least


CONTRASTS = [
    ("ink", "ground", 7.0),
    ("ink", "soft", 7.0),
    ("muted", "ground", 4.5),
    ("muted", "soft", 4.5),
    ("accent", "ground", 4.5),
    ("accent", "soft", 4.5),
    ("accent", "info-soft", 4.5),
    ("ink", "info-soft", 4.5),
    ("accent-ink", "accent", 4.5),
    ("ground", "late", 4.5),
    ("band-ink", "band", 4.5),
    ("band-ink", "band-soft", 4.5),
    *((tone, f"{tone}-soft", 4.5) for tone in ("ok", "warn", "late", "info")),
    *((tone, "ground", 4.5) for tone in ("ok", "warn", "late", "info")),
    ("border", "ground", 3.0),
    ("border", "soft", 3.0),
    ("focus", "ground", 3.0),
    ("focus", "soft", 3.0),
    *((f"chart-{number}", "ground", 4.5) for number in range(1, 6)),
]


@pytest.mark.parametrize("theme", [':root, [data-bs-theme="light"]', '[data-bs-theme="dark"]'])
@pytest.mark.parametrize(("ink", "ground", "least"), CONTRASTS)
def test_contrast_of_the_workspace(theme: str, ink: str, ground: str, least: float) -> None:
    tokens = read_tokens("static/web/mithaq.css", theme)
    assert contrast(tokens[ink], tokens[ground]) >= least


def test_print_is_light() -> None:
    text = (WEB / "static" / "web" / "mithaq.css").read_text(encoding="utf-8")
    printed = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text.partition("@media print")[2]))
    assert printed == read_tokens("static/web/mithaq.css", ':root, [data-bs-theme="light"]')


ICON = re.compile(r"""\{% icon "([\w-]+)"|icon="([\w-]+)"|_word\("\w+", _\("[^"]+"\), "([\w-]+)\"""")


def test_every_icon_is_in_the_sprite() -> None:
    sources = [*TEMPLATES, *(WEB.parent / "registers").rglob("apps.py"), *WEB.rglob("*.py")]
    named = {
        name for path in sources for found in ICON.findall(path.read_text(encoding="utf-8")) for name in found
    }
    assert named - {""} - set(vendor.ICONS) == set()


def test_vendored_files_are_those_that_were_fetched() -> None:
    assert vendor.find_problems() == []
    assert vendor.find_problems(vendor.TEST_VENDOR) == []


def test_style_sheets_load_no_image_from_data() -> None:
    for sheet in vendor.VENDOR.rglob("*.css"):
        assert b"data:" not in sheet.read_bytes()


def test_a_data_image_becomes_a_file() -> None:
    style, images = vendor.move_images(b'a{b:url("data:image/svg+xml,%3csvg/%3e")}')
    [(name, data)] = images.items()
    assert (style, data) == (f"a{{b:url({name})}}".encode(), b"<svg/>\n")


def test_vendored_packages_have_their_licence() -> None:
    for package in vendor.PACKAGES:
        assert (package.target / "LICENSE").is_file()


def test_a_changed_vendored_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.css").write_text("x")
    (tmp_path / "a" / "y.css").write_text("y")
    table = f'[[package]]\nfolder = "a"\n[package.sha256]\n"x.css" = "{"0" * 64}"\n"z.css" = "{"0" * 64}"\n'
    (tmp_path / vendor.MANIFEST).write_text(table)
    assert vendor.find_problems(tmp_path) == [
        "z.css is missing",
        "x.css is not the file that was vendored",
        f"y.css is not in {vendor.MANIFEST}",
    ]


@pytest.mark.parametrize(
    ("on", "lang", "written"),
    [
        (date(2024, 10, 28), "ar", "28 أكتوبر 2024"),
        (date(2024, 12, 2), "ar", "2 دجنبر 2024"),
        (date(2025, 8, 1), "ar", "1 غشت 2025"),
        (date(2001, 5, 1), "fr", "1er mai 2001"),
        (date(2025, 4, 14), "fr", "14 avril 2025"),
        (date(2025, 4, 14), "en", "14 April 2025"),
    ],
)
def test_dates_in_words(on: date, lang: str, written: str) -> None:
    assert write_date(on, lang) == written


def test_moments_say_their_zone() -> None:
    at = datetime(2025, 4, 14, 9, 5, 7, tzinfo=UTC)
    assert write_moment(at, "ar") == "14 أبريل 2025، الساعة 09:05:07 (UTC)"
    assert write_moment(at, "fr") == "14 avril 2025 à 09:05:07 UTC"
    assert write_moment(at, "en") == "14 April 2025, 09:05:07 UTC"


MONTHS = {
    "ar": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


@pytest.mark.parametrize("lang", MONTHS)
def test_months_are_those_of_each_country(lang: str) -> None:
    named = [write_month(date(2025, month, 1), lang).removesuffix(" 2025") for month in range(1, 13)]
    assert named == MONTHS[lang].split()


def test_dates_in_tables_hold_no_mark_of_direction() -> None:
    assert write_day(date(2024, 12, 2)) == "02/12/2024"


@pytest.mark.parametrize(
    ("value", "lang", "written"),
    [
        (12345.6, "fr", "12\u202f345,6"),
        (12345.6, "en", "12,345.6"),
        (12345.6, "ar", "12.345,6"),
        (0, "ar", "0"),
    ],
)
def test_numbers_have_western_digits(value: float, lang: str, written: str) -> None:
    assert write_number(value, lang) == written
