"""The act of a command, through the desk, exactly once: its id was reserved before it was appended."""

from msgspec.structs import replace

from mithaq.errors import MissingError
from mithaq.node.append.submit import Author, Desk
from mithaq.node.node import Appended, Node
from mithaq.web.outgoing.commands import Command
from mithaq.web.outgoing.desk import draft_act


def perform(command: Command, author: Author, node: Node, act_id: str = "") -> Appended:
    """Append the act of a command and wait until it is published.

    Args:
        command: what is done.
        author: the post that authorises it.
        node: this node.
        act_id: reserved before; a second call with it answers the act of the first one. Without it
            each call makes an act.

    Raises:
        MissingError, MalformedError, NotAllowedError, ConflictError: as the methods of ``Desk``.
        UnavailableError: not appended, or not known to be: call again with the same ``act_id``.
    """
    reserved = act_id or Desk(node).new_object_id()
    done = find_act(node, reserved) if act_id else None
    if done is not None:
        return done
    draft = replace(draft_act(Desk(node), command, author, reserved), is_once=True)
    return node.append([draft])[0]


def find_act(node: Node, act_id: str) -> Appended | None:
    """Where the own act of that id went; None when there is none."""
    try:
        act = node.store.acts.by_id(act_id)
    except MissingError:
        return None
    if act.log != node.identity.origin:
        return None
    return Appended(act.parsed.id, act.leaf_index, node.store.own.head().tree_size)
