"""The command line on a node where people release (``cli.release = people``): it drafts, and stops there."""

from typing import TYPE_CHECKING, Any

from mithaq.errors import NotAllowedError
from mithaq.main.cli.output import Output

if TYPE_CHECKING:
    from mithaq.node.append.submit import Author
    from mithaq.node.node import Node
    from mithaq.web.outgoing.commands import Command

TO_RELEASE = "to_release"
SAID = "It waits in the workspace, under “To release”, for a person to release it."


def is_by_people(output: Output) -> bool:
    """Whether people release on this node."""
    from mithaq.main.cli.homes import choices_of

    table = choices_of(output).tables.get("cli", {})
    return isinstance(table, dict) and table.get("release") == "people"


def hold(output: Output, node: "Node", command: "Command", title: Any, author: "Author") -> str:
    """Keep it as a draft that waits for a person; the id of the act to be."""
    from mithaq.web.outgoing.operator import draft_for_people

    draft = draft_for_people(node, command, dict(title or {}), author)
    output.say(SAID)
    return str(draft.act_id)


def refuse_signing(output: Output) -> None:
    """A person signs, in the workspace, with a factor just shown.

    Raises:
        NotAllowedError: ``release_by_people``.
    """
    if is_by_people(output):
        raise NotAllowedError("release_by_people", "on this node a person signs in the workspace")
