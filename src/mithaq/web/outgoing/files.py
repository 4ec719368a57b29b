"""Files that a draft names: whoever drafts it has brought each, or may read it where it stands already.

An act carries a file to whoever it is released to. So a hash alone, however it was learned, is no right to
name what it is the hash of: neither among the files of an act, nor as a part of a text.
"""

from collections.abc import Iterable, Mapping

from mithaq.errors import MissingError
from mithaq.node.handling import is_stricter
from mithaq.node.node import Node
from mithaq.web.access import policy
from mithaq.web.access.policy import Protected, Subject
from mithaq.web.access.protected import protect_acts
from mithaq.web.attachments import find_kept
from mithaq.web.outgoing.commands import ActOnInstrument, Command, SendNote


def named_files(command: Command) -> frozenset[str]:
    """Hashes of what goes along: files of the envelope, and parts of a text."""
    fields, body = getattr(command, "fields", {}), getattr(command, "body", {})
    manifest = body.get("manifest") if isinstance(body, Mapping) else None
    parts = manifest.get("parts") if isinstance(manifest, Mapping) else None
    return frozenset({*_hashes(fields.get("blobs")), *_hashes(parts)})


def _hashes(entries: object) -> list[str]:
    found = entries if isinstance(entries, list | tuple) else ()
    return [str(each.get("sha256")) for each in found if isinstance(each, Mapping)]


def own_files(command: Command, user_ids: Iterable[str]) -> frozenset[str]:
    """Those that its writers brought, and those that this node has just made of their words."""
    named = named_files(command)
    made = command.made if isinstance(command, SendNote | ActOnInstrument) else frozenset()
    brought = (find_kept(user_id, sorted(named)) for user_id in user_ids)
    return named & (made | {each.sha256 for found in brought for each in found})


def check_files(
    node: Node, command: Command, subject: Subject, thing: Protected, known: Iterable[str] = ()
) -> None:
    """Every file named is a known one, or one that the subject may read in an act no stricter than this.

    Args:
        node: this node.
        command: what names them.
        subject: whoever drafts it.
        thing: the command, as the policy sees it.
        known: hashes that need no proof any more: those of ``own_files``.

    Raises:
        MissingError: ``blob``, as for a file that is not here: who asks learns nothing of it.
    """
    for sha256 in sorted(named_files(command) - frozenset(known)):
        if not _may_name(node, sha256, subject, thing):
            raise MissingError(
                "blob", "A file that is named is not one that you have brought, or may send on."
            )


def _may_name(node: Node, sha256: str, subject: Subject, thing: Protected) -> bool:
    acts = node.store.acts.naming_blob(sha256)
    return any(
        policy.may(subject, "read", held).allowed
        and not is_stricter({"code": held.code}, {"code": thing.code})
        for held in protect_acts(acts)
    )
