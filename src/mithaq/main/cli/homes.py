"""Opens the node of a home for one command. Everything heavy is imported here, inside the functions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mithaq.errors import MissingError, UnavailableError
from mithaq.main.cli.output import Output
from mithaq.main.cli.reads import LoggedAppender, ReadLog

if TYPE_CHECKING:
    from mithaq.core.log.signed_note import SignatureLine
    from mithaq.core.types import RootHash, TreeSize
    from mithaq.main.home import NodeChoices
    from mithaq.node.append.submit import Author
    from mithaq.node.node import Node


class NoSigner:
    """Implements ``node.ports.Signer`` for commands that only read, and those that the service signs for."""

    def _refuse(self) -> NoReturn:
        raise UnavailableError("no_signer", "this process holds no key")

    def head(self) -> "tuple[TreeSize, RootHash]":
        """Refuse."""
        self._refuse()

    def sign_checkpoint(self, old_size: "TreeSize", leaf_hashes: Sequence[bytes]) -> bytes:
        """Refuse."""
        self._refuse()

    def cosign_mirror(self, note_text: bytes, at_s: int) -> "SignatureLine":
        """Refuse."""
        self._refuse()

    def cosign_witness(self, note_text: bytes, at_s: int) -> "SignatureLine":
        """Refuse."""
        self._refuse()

    def sign_release_head(self, payload: bytes) -> bytes:
        """Refuse."""
        self._refuse()

    def sign_act(self, post: str, envelope: bytes) -> tuple[str, bytes]:
        """Refuse."""
        self._refuse()


def prepare(output: Output, *, has_pages: bool = False) -> Path:
    """The folder of the node, checked and with Django loaded for it, as ``setup``.

    Raises:
        MissingError: ``home``. MalformedError: ``choices``.
    """
    from mithaq.main.home import Home, load_choices
    from mithaq.main.wiring.setup import setup

    folder = output.face.folder().resolve()
    load_choices(Home(folder))
    setup(folder, has_pages=has_pages)
    return folder


@contextmanager
def reading(output: Output) -> "Iterator[Node]":
    """A node that only reads; beside a running service or without one."""
    folder = prepare(output)
    from mithaq.main.wiring.build import open_node  # after Django is loaded

    node = open_node(folder, NoSigner())
    output.reads = ReadLog(node)
    yield node


@contextmanager
def writing(output: Output) -> "Iterator[Node]":
    """A node that appends: through the running service, else in this process.

    Raises:
        ConflictError: ``sequencer_running``, ``guard``.
    """
    folder = prepare(output)
    from mithaq.main.wiring.build import open_node, opened_node
    from mithaq.main.wiring.writer import writer

    if is_served(folder):
        with writer(open_node(folder, NoSigner()), folder) as node:
            yield _logged(output, node)
    else:
        with opened_node(folder) as plain, writer(plain, folder) as node:
            yield _logged(output, node)


def _logged(output: Output, node: "Node") -> "Node":
    """The node, with what the command reads and sends written down first."""
    output.reads = ReadLog(node)
    node.appender = LoggedAppender(node.appender, output.reads)
    return node


def is_served(folder: Path) -> bool:
    """Whether a service of that home runs."""
    try:
        ask(folder, {"do": "ping"})
    except MissingError:
        return False
    return True


def ask(folder: Path, message: dict[str, Any]) -> dict[str, Any]:
    """One call to the running service.

    Raises:
        MissingError: ``no_service``. MithaqError: what the service answered with.
    """
    from mithaq.main.wiring.control import ControlClient

    client = ControlClient(folder)
    try:
        return client.ask(message)
    finally:
        client.close()


def choices_of(output: Output) -> "NodeChoices":
    """The choices of the node."""
    from mithaq.main.home import Home, load_choices

    return load_choices(Home(output.face.folder()))


def author_of(output: Output, post: str | None, default: str = "desk") -> "Author":
    """The post that authorises an act, with its holder of today.

    Raises:
        MissingError: ``post``; this node has no such post.
    """
    from mithaq.node.append.submit import Author

    choices = choices_of(output)
    names = [each.post for each in choices.posts]
    chosen = post or (default if default in names or not names else names[0])
    return Author(chosen, choices.holder_of(chosen).holder)
