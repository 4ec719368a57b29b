"""``mithaq demo``: two nodes on this machine, and a scenario between them."""

import os
import signal
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.errors import ConflictError
from mithaq.main.cli.app import output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.layout import isolate
from mithaq.main.cli.output import Output

if TYPE_CHECKING:
    from rich.console import Console

    from mithaq.main.demo.actors import Pair
    from mithaq.main.demo.stage import Step

SCHEMA = "mithaq/demo/1"
NAMES = {
    "rabat": {"en": "Rabat", "fr": "Rabat", "ar": "الرباط"},
    "paris": {"en": "Paris", "fr": "Paris", "ar": "باريس"},
}
STYLES = {"rabat": "green", "paris": "blue"}
READY = {
    "en": "Both nodes are running. Co-signed texts with their proofs:",
    "fr": "Les deux nœuds sont en marche. Textes cosignés, avec leurs preuves :",
    "ar": "العقدتان تشتغلان. النصوص الموقعة من الجانبين مع إثباتاتها:",
}
SIGN_IN = {
    "en": "Sign in, each link once: who drafts and who releases, on each side.",
    "fr": "Pour se connecter, chaque lien une fois : qui rédige et qui envoie, de chaque côté.",
    "ar": "لتسجيل الدخول، كل رابط مرة واحدة: من يحرر ومن يرسل، في كل جانب.",
}
ROLES = {
    "author": {"en": "drafts", "fr": "rédige", "ar": "يحرر"},
    "releaser": {"en": "releases", "fr": "envoie", "ar": "يرسل"},
}
END = {"en": "Ctrl-C ends both.", "fr": "Ctrl-C arrête les deux.", "ar": "Ctrl-C ينهي العقدتين."}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Option("--dir", metavar="D", help="Keep both nodes there; else they are removed.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Play, stop, print one JSON object.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    sources: Annotated[
        Path | None,
        typer.Option(
            "--sources", metavar="DIR", help="Take in the public texts of that folder, if there is one."
        ),
    ] = None,
) -> int:
    """Two real nodes on this machine, Rabat and Paris, and a scenario between them.

    Everything in it is marked "demonstration". Without --once both nodes go on until Ctrl-C.
    """
    from mithaq.main.demo.actors import start_pair
    from mithaq.main.demo.play import Play
    from mithaq.main.demo.settle import settle

    output = output_of(ctx)
    began_s = time.monotonic()
    with _ended_by_signals(), _folder_of(folder) as base, start_pair(base) as pair:
        teller = _Teller(output)
        play = Play(pair, teller.tell)
        play.set_up()
        play.run()
        if sources is not None and sources.is_dir():
            play.take_in(sources)
        states = settle(pair, play.one_side_act)
        teller.tell_rest(states)
        record = {**_make_record(pair, states, time.monotonic() - began_s), "logins": play.logins}
        if not once:
            _stay(output, pair, record, is_browser_wanted=not no_browser)
    if once:
        Output(replace(output.face, is_json=True)).show(SCHEMA, record)
    return OK


def _make_record(pair: "Pair", states: tuple[dict[str, Any], ...], seconds: float) -> dict[str, Any]:
    nodes = [
        {
            "code": state["code"],
            "home": str(actor.folder),
            "tree_size": state["tree_size"],
            "root_hash": state["root_hash"],
            "cosigned_size": state["cosigned_size"],
            "url": actor.address,
        }
        for actor, state in zip((pair.rabat, pair.paris), states, strict=True)
    ]
    return {
        "nodes": nodes,
        "instruments_in_force": states[0]["instruments_in_force"],
        "notes_closed": states[0]["notes_closed"],
        "seconds": round(seconds, 3),
    }


@contextmanager
def _folder_of(folder: Path | None) -> Iterator[Path]:
    """Where the homes go; a folder of its own, gone afterwards, where none is named."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="mithaq-demo-") as made:
            yield Path(made)
        return
    for name in NAMES:
        if (folder / name).exists() and any((folder / name).iterdir()):
            raise ConflictError("home_not_empty", f"there is a node in {folder / name}; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    yield folder.resolve()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the demonstration as Ctrl-C does, so that no node is left behind.

    SIGINT is named too: a shell starts what runs in its background with that signal ignored.
    """

    def stop(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _stay(output: Output, pair: "Pair", record: dict[str, Any], *, is_browser_wanted: bool) -> None:
    """Tell the addresses and wait for Ctrl-C, which is the expected end and no error."""
    addresses = [f"{actor.address}/public/" for actor in (pair.rabat, pair.paris)]
    try:
        _tell_addresses(output, addresses, record)
        if is_browser_wanted and _has_desktop():
            webbrowser.open(_first_link(record["logins"], output.face.lang) or addresses[0])
        signal.pause()
    except KeyboardInterrupt:
        output.say("")


def _tell_addresses(output: Output, addresses: list[str], record: dict[str, Any]) -> None:
    lang = output.face.lang
    if output.face.is_json:
        output.show(SCHEMA, record)
        return
    output.say(f"\n{READY[lang]}")
    output.write_text("\n".join(addresses))
    output.say(f"\n{SIGN_IN[lang]}")
    for login in record["logins"]:
        output.say(f"{login['code']}  {ROLES[login['role']][lang]}")
        output.write_text(login["url"])
    output.say(END[lang])


def _first_link(logins: list[dict[str, str]], lang: str) -> str:
    """The author of the side that speaks the language, else of the first one, in that language too."""
    authors = [login for login in logins if login["role"] == "author"]
    for login in sorted(authors, key=lambda each: each["lang"] != lang):
        return login["url"].replace(f"/{login['lang']}/account/", f"/{lang}/account/", 1)
    return ""


def _has_desktop() -> bool:
    # In a bare terminal ``webbrowser`` would start a text browser over what is shown here.
    if not sys.stderr.isatty():
        return False
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class _Teller:
    """Prints each step on stderr as it happens."""

    def __init__(self, output: Output) -> None:
        from mithaq.main.demo.texts import read_text

        self._output = output
        self._lang = output.face.lang
        self._sentences: dict[str, dict[str, str]] = read_text("steps")
        self._count = 0
        self._title: Mapping[str, str] = {}
        self._console = self._make_console()

    def _make_console(self) -> "Console":
        from rich.console import Console

        return Console(stderr=True, highlight=False, no_color=not self._output.face.has_color, soft_wrap=True)

    def tell(self, step: "Step") -> None:
        """One step: number, who, what, about which text, and what can be compared."""
        if self._output.face.is_quiet:
            return
        from rich.text import Text

        self._count += 1
        line = Text(f"{self._count:3}  ")
        for place, name in enumerate(step.who):
            line.append(" + " if place else "")
            line.append(NAMES[name][self._lang], style=f"bold {STYLES[name]}")
        line.append(f"  {self._say(step.key)}")
        if step.detail:
            line.append(f"  {step.detail}", style="dim")
        self._console.print(line)
        # A text is named once, not at each of its steps.
        if step.title and step.title != self._title:
            for title in self._titles(step):
                self._console.print(Text(f"     {title}", style="bold"))
        self._title = step.title or self._title

    def tell_rest(self, states: tuple[dict[str, Any], ...]) -> None:
        """What holds at the end."""
        from mithaq.main.demo.stage import Step

        self.tell(Step("unread", ("rabat",), {}))
        sizes = ", ".join(f"{state['code']} {state['tree_size']}" for state in states)
        self.tell(Step("settled", ("rabat", "paris"), {}, sizes))

    def _say(self, key: str) -> str:
        sentence = self._sentences[key]
        return isolate(sentence[self._lang], sys.stderr.isatty())

    def _titles(self, step: "Step") -> list[str]:
        is_terminal = sys.stderr.isatty()
        return [isolate(step.title[lang], is_terminal) for lang in ("fr", "ar") if lang in step.title]
