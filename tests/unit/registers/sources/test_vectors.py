"""The vectors of page 18."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mithaq.core.dates import find_dates, resolve
from mithaq.errors import MalformedError
from mithaq.registers.sources.rules.kinds import check_source

VECTORS = json.loads(
    (Path(__file__).parents[4] / "vectors" / "own" / "sources.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", VECTORS["dates"], ids=lambda case: case["name"])
def test_dates(case: dict[str, Any]) -> None:
    published = date.fromisoformat(case["published_on"]) if case["published_on"] else None
    found = [resolve(one, published) for one in find_dates(case["text"])]

    assert case["dates"] == [
        {
            "text": one.text,
            "start": one.start,
            "end": one.end,
            "edtf": one.edtf,
            "precision": str(one.precision),
            "calendar": str(one.calendar),
            "relative": one.relative,
            "warning": str(one.warning),
        }
        for one in found
    ]


@pytest.mark.parametrize("case", VECTORS["bodies"], ids=lambda case: case["name"])
def test_bodies(case: dict[str, Any]) -> None:
    check_source(case["body"])


@pytest.mark.parametrize("case", VECTORS["refused_bodies"], ids=lambda case: case["name"])
def test_refused_bodies(case: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        check_source(case["body"])
