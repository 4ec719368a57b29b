"""The person behind an account as the directory names him: ``actor.holder`` is the id of his card.

A signing is judged by that id: an account that stands in acts under another name reads "other person".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mithaq.node.who import Holder, PostAt
from mithaq.web.accounts.models import PostAssignment, User
from mithaq.web.accounts.posts import held_posts
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post of an account beside the directory.

    Attributes:
        holder: whom the directory names today; None for nobody.
        is_other: whether that is another person than the account stands for.
    """

    assignment: PostAssignment
    holder: Holder | None
    is_other: bool


def beside_directory(user: User, held: Sequence[PostAssignment] | None = None) -> list[HeldPost]:
    """The posts that an account holds today, each with its holder by the directory; one look-up for all."""
    node = get_node()
    own = held_posts(user) if held is None else held
    asked = {each.pk: PostAt(str(node.identity.code), each.post, node.clock.now()) for each in own}
    who = node.registry.who
    known = who.holders_of(list(asked.values())) if who is not None and asked else {}
    found = [(each, known.get(asked[each.pk])) for each in own]
    return [
        HeldPost(each, holder, holder is not None and holder.person != user.pseudonym)
        for each, holder in found
    ]


def persons_to_choose(user: User, lang: str) -> list[tuple[str, str]]:
    """(id of a card, name and post) of whom the directory names as holders of the posts of an account."""
    choices: dict[str, str] = {}
    for each in beside_directory(user):
        if each.holder is not None:
            name = pick(each.holder.names, lang)[0] or each.holder.person
            post = pick(each.holder.label, lang)[0] or each.assignment.post
            choices.setdefault(each.holder.person, f"{name} ({post})")
    return list(choices.items())
