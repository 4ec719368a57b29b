"""Body of a ``key.revoke`` act: from which tree size on a stolen key counts for nothing.

Entries below ``last_good_size`` that were also cosigned stay good; later ones are not counted. Who may
revoke is judged in ``root_chain``.

Spec: docs/spec 6.3.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec

from mithaq.core.encoding import MAX_INTEGER, JsonObject
from mithaq.core.types import TreeSize
from mithaq.errors import MalformedError


class _Wire(msgspec.Struct, frozen=True):
    keyid: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    last_good_size: Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
    reason: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


@dataclass(frozen=True, slots=True)
class Revocation:
    """What a ``key.revoke`` says.

    Attributes:
        keyid: 64 hex digits, SHA-256 of the public key.
        last_good_size: last tree size of the author's log at which the key counts; 0 for never.
        reason: for people, at most 1,000 characters.
    """

    keyid: str
    last_good_size: TreeSize
    reason: str = ""

    def to_body(self) -> JsonObject:
        """The body of the act. Read by ``parse_revocation``."""
        body: JsonObject = {"keyid": self.keyid, "last_good_size": self.last_good_size}
        if self.reason:
            body["reason"] = self.reason
        return body


def parse_revocation(body: Mapping[str, object]) -> Revocation:
    """Read the body of a ``key.revoke`` act.

    Raises:
        MalformedError: ``revocation``.
    """
    try:
        wire = msgspec.convert(body, _Wire)
    except msgspec.ValidationError as error:
        raise MalformedError("revocation", "the body is not that of a key.revoke") from error
    return Revocation(wire.keyid, TreeSize(wire.last_good_size), wire.reason)


def add_revocation(known: Mapping[str, Revocation], new: Revocation) -> dict[str, Revocation]:
    """Known revocations with one more. Of two of one key the smaller size counts: none is undone."""
    old = known.get(new.keyid)
    if old is not None and old.last_good_size <= new.last_good_size:
        return dict(known)
    return {**known, new.keyid: new}
