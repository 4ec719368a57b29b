"""The style sheet names only pictures that it can reach."""

import re
from pathlib import Path

STYLE = Path(__file__).parents[3] / "src" / "mithaq" / "web" / "static" / "web" / "mithaq.css"


def test_no_picture_of_another_folder_is_used_by_its_variable() -> None:
    """The address in a variable is read from the folder of the sheet that uses it: it would not be found."""
    assert re.findall(r"background-image:[^;}]*var\(--bs-", STYLE.read_text(encoding="utf-8")) == []
