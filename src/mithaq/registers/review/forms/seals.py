"""What is due of sealed opinions: a deposit of all that is not deposited, the openings that may be made."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mithaq.core.encoding import encode_canonical
from mithaq.node.node import Node
from mithaq.registers.review.forms.base import in_dossier, name_title, send
from mithaq.registers.review.reading.reviews import ReviewView
from mithaq.registers.review.rules.kinds import DEPOSIT
from mithaq.registers.review.rules.opinions import write_deposit
from mithaq.registers.review.rules.sealing import Given
from mithaq.web.outgoing.commands import Command, Release, hash_command
from mithaq.web.outgoing.forms import make_envelope

DEPOSIT_TITLE: Final = {"ar": "إيداع آراء مختومة:", "fr": "Dépôt d’avis scellés :"}
"""Begin of the title of the act: data of the record."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act that is due.

    Attributes:
        opinions: that it names or opens.
        title: of the act.
    """

    command: Command
    opinions: tuple[Given, ...]
    title: dict[str, str]


def list_steps(node: Node, review: ReviewView) -> list[Step]:
    """The acts that are due: one deposit for all that is not deposited, and an opening for each."""
    own = str(node.identity.code)
    return [*_deposit(node, review, own), *_openings(review, own)]


def _deposit(node: Node, review: ReviewView, own: str) -> Iterator[Step]:
    sealed = [side.sealed for side in review.to_deposit(own) if side.sealed is not None]
    if sealed:
        title = name_title(DEPOSIT_TITLE, review.title)
        body = write_deposit(
            review.object_id, [(each.agreement, each.index, each.commitment) for each in sealed]
        )
        fields = in_dossier(node, review, make_envelope(title))
        command = send(review.others(own), DEPOSIT, body, fields)
        yield Step(command, tuple(sealed), title)


def _openings(review: ReviewView, own: str) -> Iterator[Step]:
    for side in review.to_open(own):
        if side.sealed is not None:
            title = dict(review.find(side.sealed.agreement).reviewed.title)
            yield Step(Release(side.sealed.object_id, review.others(own)), (side.sealed,), title)


def hash_steps(steps: Sequence[Step]) -> str:
    """What was shown: another value means other acts."""
    return hashlib.sha256(
        encode_canonical({"acts": [hash_command(each.command) for each in steps]})
    ).hexdigest()
