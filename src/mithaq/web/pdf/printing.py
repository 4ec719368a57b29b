"""``python -m mithaq.web.pdf.printing``: a page of HTML on stdin becomes a PDF on stdout.

In a process of its own, since the layout is C and Python code over text that others wrote: it may take long,
take memory or crash, and the node goes on. It opens nothing but the style and the fonts of this package,
reaches no network, and knows nothing of the node.

The same input gives the same bytes: no clock, no chance, no font of the machine.
"""

import base64
import contextlib
import io
import json
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from mithaq.web.pdf.glyphs import read_glyphs, rewrite_line

_STATIC: Final = Path(__file__).parents[1] / "static"
_FONTS: Final = _STATIC / "vendor" / "ibm-plex-sans-arabic"
_STYLE: Final = Path(__file__).parent / "templates" / "pdf" / "print.css"
_SCHEME: Final = "mithaq-font:"
_FACES: Final = tuple(
    (f"Plex {script}", weight, f"ibm-plex-sans-arabic-{script}-{weight}-normal.woff2")
    for script in ("latin", "latin-ext", "arabic")
    for weight in (400, 600)
)
"""Family, weight, file. Latin first: signs that both scripts use look alike in both columns."""
_ALWAYS: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of embedded files: what they hold says when it was made."""

MOST_MEMORY_BYTES: Final = 3 << 30
MOST_CPU_S: Final = 110


def limit_self() -> None:
    """So much memory and computing, and no more."""
    for limit, most in ((resource.RLIMIT_AS, MOST_MEMORY_BYTES), (resource.RLIMIT_CPU, MOST_CPU_S)):
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(limit, (most, most))


def print_html(html: str, files: list[Mapping[str, str]]) -> bytes:
    """The PDF of a page, with files embedded in it."""
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the library is not typed
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(_SCHEME)
            if name not in {file for _, _, file in _FACES}:
                raise ValueError("nothing else is opened")
            return URLFetcherResponse(url, (_FONTS / name).read_bytes())

    attachments = [
        Attachment(
            file_obj=io.BytesIO(base64.b64decode(each["data"])),
            name=each["name"],
            description=each["description"],
            created=_ALWAYS,
            modified=_ALWAYS,
            relationship="Supplement",
        )
        for each in files
    ]
    fetcher, fonts = OwnFiles(), FontConfiguration()
    style = CSS(string=_read_style(), url_fetcher=fetcher, font_config=fonts)
    made: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(
        pdf_variant="pdf/ua-1",
        stylesheets=[style],
        attachments=attachments,
        finisher=_finish,
        font_config=fonts,
    )
    return made


def _read_style() -> str:
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{_SCHEME}{file}"); }}\n'
        for family, weight, file in _FACES
    )
    return faces + _STYLE.read_text(encoding="utf-8")


@cache
def _glyphs_of(family: str) -> Mapping[int, str]:
    """What the glyphs of a face read as, by the name that it bears in the PDF, as ``Plex-arabic``."""
    from fontTools.ttLib import TTFont

    file = next((file for name, _, file in _FACES if name.replace(" ", "-") == family), None)
    return read_glyphs(TTFont(_FONTS / file)) if file else {}


def _finish(document: Any, pdf: Any) -> None:
    """Give every glyph the text that it reads as."""
    for family, stream in _text_tables(pdf):
        texts = _glyphs_of(family)
        stream.stream = [rewrite_line(line, texts) for line in stream.stream]


def _text_tables(pdf: Any) -> Iterator[tuple[str, Any]]:
    """(family, ``ToUnicode`` stream) of each font."""
    for each in pdf.objects:
        if isinstance(each, dict) and "ToUnicode" in each:
            number = int(each["ToUnicode"].split()[0])
            name = each["BaseFont"]
            family = (name.decode() if isinstance(name, bytes) else str(name)).partition("+")[2]
            yield family.strip(), pdf.objects[number]


def main() -> None:
    """Read, print, write."""
    limit_self()
    given = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        made = print_html(given["html"], given["files"])
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
    os._exit(
        0
    )  # at once: a thread of the font libraries may outlive them, and crash, while they are unloaded
