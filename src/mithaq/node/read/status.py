"""Where the node stands, for ``node status`` and the health checks."""

from collections.abc import Mapping
from typing import Any

from mithaq.core.encoding import encode_base64, format_time
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.node.node import Node
from mithaq.node.records import Alarm, FollowedHead, Partner


def read_status(node: Node) -> dict[str, Any]:
    """Sizes, lag, alarms and what is due. Keys are a face: other programs read them."""
    head = node.store.own.head()
    heads = {one.administration: one for one in node.store.followed.heads()}
    return {
        "code": node.identity.code,
        "origin": node.identity.origin,
        "tree_size": head.tree_size,
        "root_hash": encode_base64(head.root_hash),
        "cosigned_size": node.store.own.cosigned_size(),
        "partners": [
            _describe_partner(node, one, heads.get(one.code)) for one in node.store.roster.partners()
        ],
        "quarantined": node.store.followed.count_parked(),
        "waiting": node.store.followed.count_waiting()[0],
        "alarms": [describe_alarm(alarm) for alarm in node.store.alarms.alarms()],
        "mode": node.store.settings.get("mode") or "normal",
        "due": _count_due(node),
        "checkpoint_at": _read_checkpoint_at(node, head.tree_size),
        "self_check_at": node.store.settings.get("self_check_at"),
    }


def _read_checkpoint_at(node: Node, tree_size: TreeSize) -> str | None:
    """When the last checkpoint was made: it follows its last act at once. None where its content is lost."""
    acts = node.store.own.acts_from(LeafIndex(tree_size - 1), 1) if tree_size else []
    return format_time(acts[0].parsed.created_at) if acts else None


def _describe_partner(node: Node, partner: Partner, head: FollowedHead | None) -> dict[str, Any]:
    return {
        "code": partner.code,
        "origin": partner.origin,
        "name": partner.name,
        "url": partner.base_url,
        "verified_size": head.verified_size if head else 0,
        "applied_index": head.next_index if head else 0,
        "cosigned_by_them": node.store.own.cosigned_size(partner.code),
        "cosigned_by_us": node.store.followed.cosigned(partner.origin)[0] if head else 0,
        "missing_seq": sorted(node.store.followed.gaps(partner.origin)) if head else [],
        "frozen": head.frozen if head else False,
        "last_contact_at": format_time(partner.last_contact_at) if partner.last_contact_at else None,
        "health": partner.health,
    }


def describe_alarm(alarm: Alarm) -> dict[str, str]:
    """An alarm as JSON."""
    return {"code": alarm.code, "subject": alarm.subject, "at": format_time(alarm.at), "detail": alarm.detail}


def _count_due(node: Node) -> Mapping[str, int]:
    """Open notes with a due minute: ours to answer, and the partner's."""
    by_us, by_partner, overdue = node.store.projections.count_due(node.identity.code, node.clock.now())
    return {"by_us": by_us, "by_partner": by_partner, "overdue": overdue}
