"""What the command line drafts on a node where people release: it stops before the border.

The command line has no account of a person: its drafts belong to one that cannot sign in, so that whoever
releases them is always another.
"""

from mithaq.node.append.submit import Author
from mithaq.node.node import Node
from mithaq.web.accounts.founding import make_user
from mithaq.web.accounts.models import User
from mithaq.web.outgoing.commands import Command
from mithaq.web.outgoing.drafts import OPERATOR, Title, keep_draft
from mithaq.web.outgoing.models import OutgoingDraft
from mithaq.web.runtime import set_node


def draft_for_people(node: Node, command: Command, title: Title, author: Author) -> OutgoingDraft:
    """Keep a draft that waits for a person to release it.

    Raises:
        MalformedError, MissingError, NotAllowedError, ConflictError: as the desk; nothing was kept.
    """
    set_node(node)
    draft = keep_draft(command, find_operator(node), author, _register_of(command), title, "")
    draft.state = "to_release"
    draft.save(update_fields=["state"])
    return draft


def find_operator(node: Node) -> User:
    """The account that stands for the command line; nobody signs in with it."""
    found = User.objects.filter(login=OPERATOR).first()
    if found is not None:
        return found
    user = make_user(OPERATOR, OPERATOR, "en", node.clock.now(), pseudonym=OPERATOR)
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


def _register_of(command: Command) -> str:
    kind = str(getattr(command, "object_kind", ""))
    return kind.partition(".")[0] or "core"
