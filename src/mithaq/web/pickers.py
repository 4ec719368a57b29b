"""A post chosen from the directory, in place of its id typed from memory."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.node.node import Node
from mithaq.web.fields import TextField
from mithaq.web.texts import pick

MOST_POSTS: Final = 500
"""Of one administration; of a longer directory ids are typed."""
MAX_POST_CHARS: Final = 128

Offered = Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]
"""Administration -> (id of the card, label by language) of its posts."""


def offer_posts(node: Node, administrations: Collection[str]) -> Offered:
    """The posts that stand in the directory today, with one look-up for all; none without a directory."""
    who = node.registry.who
    return who.posts_of(administrations, node.clock.now().date(), MOST_POSTS + 1) if who is not None else {}


def post_field(
    offered: Offered,
    administration: str,
    lang: str,
    *,
    label: Any,
    initial: str = "",
    required: bool = True,
    empty: Any = "",
    is_short: bool = False,
) -> forms.Field:
    """A list of the posts of an administration; a typed id where the directory has none, or too many.

    Args:
        offered: of ``offer_posts``.
        administration: whose posts.
        lang: of the labels.
        label: of the field.
        initial: what stands now; it stays in the list, whatever the directory says.
        required: whether one is needed.
        empty: the words of no choice, where none is needed.
        is_short: without the administration before the id, as posts that sign are named.
    """
    posts = offered.get(administration, ())
    if not posts or len(posts) > MOST_POSTS:
        return TextField(label=label, initial=initial, required=required, max_length=MAX_POST_CHARS)
    front = f"{administration}."
    choices = []
    for card_id, names in posts:
        value = card_id.removeprefix(front) if is_short else card_id
        if initial and card_id in (initial, front + initial):
            value = initial  # the same post under its other id: what was signed is not written anew
        choices.append((value, pick(names, lang)[0] or card_id))
    choices.sort(key=lambda each: each[1])
    if initial and initial not in dict(choices):
        choices.insert(0, (initial, initial))
    first = [] if required and initial else [("", empty if not required else _("Choose a post"))]
    return forms.ChoiceField(label=label, choices=[*first, *choices], initial=initial, required=required)
