"""Writes ``src/mithaq/web/charts/widths.py``: how wide each letter of the vendored font is.

Measured in Chromium, where pages are shown, in thousandths of the size of the font. Arabic letters are
measured alone, which is their widest form: room is then kept, never short.

    python tools/advance_widths.py
"""

import base64
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "src/mithaq/web/static/vendor/ibm-plex-sans-arabic"
TARGET = ROOT / "src/mithaq/web/charts/widths.py"
RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2026), (0x60C, 0x60C), (0x61B, 0x61F), (0x621, 0x652))
SIZE = 100
HEAD = '''"""Widths of letters of the vendored font, in thousandths of its size; made by a tool."""

from typing import Final

DEFAULT: Final = {default}
"""Of a letter that the table does not hold."""

WIDTHS: Final[dict[str, int]] = {{
{rows}
}}
"""First letter of a run of code points and the letters after it, as one text -> their common width."""
'''
MEASURE = """async letters => {
    const pen = document.createElement('canvas').getContext('2d');
    await document.fonts.load('400 100px plex', 'aب');
    pen.font = '400 100px plex';
    return letters.map(letter => Math.round(pen.measureText(letter).width * 10));
}"""


def measure(letters: list[str]) -> list[int]:
    """Width of each letter."""
    faces = "".join(
        f"@font-face{{font-family:plex;font-weight:400;src:url(data:font/woff2;base64,{read(path)})"
        f" format('woff2');unicode-range:{span}}}"
        for path, span in (
            (find("arabic"), "U+0600-06FF"),
            (find("latin"), "U+0000-00FF,U+2000-206F"),
            (find("latin-ext"), "U+0100-024F"),
        )
    )
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(f"<style>{faces}</style><p style='font-family:plex'>aéŸب…</p>")
        found = page.evaluate(MEASURE, letters)
        browser.close()
    return [int(each) for each in found]


def find(subset: str) -> Path:
    """The file of a subset of the regular weight."""
    return next(FONTS.rglob(f"*-{subset}-400-normal.woff2"))


def read(path: Path) -> str:
    """Base64 of a file."""
    return base64.b64encode(path.read_bytes()).decode()


def main() -> int:
    """Measure and write."""
    letters = [chr(code) for first, last in RANGES for code in range(first, last + 1)]
    by_width: dict[int, str] = {}
    for letter, width in zip(letters, measure(letters), strict=True):
        by_width[width] = by_width.get(width, "") + letter
    rows = "\n".join(f"    {text!a}: {width}," for width, text in sorted(by_width.items()))
    default = max(by_width, key=lambda width: len(by_width[width]))
    TARGET.write_text(HEAD.format(default=default, rows=rows), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(letters)} letters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
