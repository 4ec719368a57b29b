"""Whether both nodes have come to rest with the same state, byte for byte."""

import time
from typing import Any

from mithaq.errors import ConflictError
from mithaq.main.demo.actors import Pair

Message = dict[str, Any]

POLL_S = 0.02
WAIT_S = 30.0


def settle(pair: Pair, one_side_act: str) -> tuple[Message, Message]:
    """Wait until nothing is on its way, and compare.

    Args:
        pair: both sides.
        one_side_act: id of the act of Paris that Rabat must not be able to read.

    Returns:
        What each node says of itself.

    Raises:
        ConflictError: ``states_differ``; what differs is in the message.
    """
    deadline_s = time.monotonic() + WAIT_S
    while True:
        states = pair.both("state", act=one_side_act)
        problem = find_difference(*states)
        if problem is None:
            return states
        if time.monotonic() > deadline_s:
            raise ConflictError("states_differ", f"after {WAIT_S:.0f} s the nodes still differ: {problem}")
        if is_only_uncosigned(*states):
            # A head that no receipt names is cosigned at once, and the news comes with the next pull.
            pair.both("sync")
        time.sleep(POLL_S)


def is_only_uncosigned(rabat: Message, paris: Message) -> bool:
    """Whether all is in step but for cosignatures that are not here yet."""
    whole = [{**state, "cosigned_size": state["tree_size"]} for state in (rabat, paris)]
    return find_difference(*whole) is None


def find_difference(rabat: Message, paris: Message) -> str | None:
    """What differs between two nodes; None when nothing does."""
    for one, other in ((rabat, paris), (paris, rabat)):
        held = other["partner"]
        if (held["tree_size"], held["root_hash"]) != (one["tree_size"], one["root_hash"]):
            return f"the log of {one['code']}"
        if held["held"] != one["released"]:
            return f"the acts that {one['code']} released"
        if one["cosigned_size"] != one["tree_size"]:
            return f"{other['code']} has not cosigned all of {one['code']}"
        if one["trouble"]:
            return f"{one['code']} has alarms, or acts in quarantine"
    for name in ("digest", "instruments_in_force", "notes_closed"):
        if rabat[name] != paris[name]:
            return name
    if rabat["can_read"] or not paris["can_read"]:
        return "who can read the act of one side"
    return None
