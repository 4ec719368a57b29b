"""What a machine lacks for PDF is named as its packages are."""

import pytest

from mithaq.web.pdf import libraries
from mithaq.web.pdf.press import EmbeddedFile, Press


@pytest.fixture
def no_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_loads", lambda file: "pango" not in file)
    monkeypatch.setattr(libraries, "is_installed", lambda: True)
    monkeypatch.setattr(libraries.sys, "platform", "linux")


def test_missing_libraries_have_the_names_of_their_packages(no_pango: None) -> None:
    assert libraries.find_missing.__wrapped__() == ("libpango-1.0-0", "libpangoft2-1.0-0")


def test_without_the_extra_it_alone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "is_installed", lambda: False)
    assert libraries.find_missing.__wrapped__() == ("mithaq[pdf]",)


def test_a_press_keeps_what_it_printed_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.web.pdf import press

    printed: list[bytes] = []

    def run_child(order: bytes) -> bytes:
        printed.append(order)
        return b"%PDF-" + order

    monkeypatch.setattr(press, "find_missing", lambda: ())
    monkeypatch.setattr(press, "run_child", run_child)
    monkeypatch.setattr(press, "MOST_BYTES", 150)
    made = Press()
    first = made.print("a")
    assert made.print("a") == first
    assert len(printed) == 1
    made.print("a", [EmbeddedFile("f", "d", b"x")])
    made.print("b" * 100)  # pushes the others out
    made.print("a")
    assert len(printed) == 4
