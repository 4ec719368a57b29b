"""The pictures of the documentation, in three languages: the browser tests take them of the pages they judge.

    python tools/pictures.py

Runs the story of the minutes and the walk from home, then keeps the pictures that pages of ``docs`` show.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "guide" / "images"
HEIGHT = 1_100
"""A reader of the guide sees the upper part of a page, as on a screen."""
TESTS = (
    "tests/e2e/test_story_4_minutes.py",
    "tests/e2e/test_workspace_pages.py::test_an_official_finds_his_way_without_scripts",
)
KEPT = {
    "home": "{lang}-1280.png",
    "preview": "meetings-preview-{lang}-1280.png",
    "minutes": "meetings-text-{lang}-1280.png",
}
"""Name in ``docs/guide/images`` -> name that the test gives."""


def keep(taken: Path, kept: Path) -> None:
    """The upper part of a picture, in few colours."""
    with Image.open(taken) as picture:
        part = picture.convert("RGB").crop((0, 0, picture.width, min(HEIGHT, picture.height)))
    part.quantize(128).save(kept, optimize=True)


def main() -> int:
    """Take them; 1 where a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MITHAQ_SCREENSHOTS": folder}
        command = [sys.executable, "-m", "pytest", "-q", *TESTS]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        for name, taken in KEPT.items():
            for lang in ("ar", "fr", "en"):
                keep(Path(folder) / taken.format(lang=lang), IMAGES / f"{name}-{lang}.png")
    return done.returncode and 1


if __name__ == "__main__":
    sys.exit(main())
