"""Keys of what each command prints with ``--json``. Keys are never renamed; new ones may come.

A schema is ``mithaq/<noun>-<verb>/1`` and stands in each object as ``schema``. ``many`` says that the
command prints JSON Lines, one object a thing.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Schema:
    """Keys of one object, and whether there are many of it."""

    keys: tuple[str, ...]
    many: bool = False


_NOTE = (
    "id",
    "kind",
    "from",
    "to",
    "state",
    "due_at",
    "clock",
    "title",
    "expects",
    "priority",
    "marks",
    "created_at",
    "delivered_at",
    "log",
    "leaf_index",
)
_CARD = (
    "id",
    "issuer",
    "card",
    "card_id",
    "label",
    "names",
    "state",
    "is_current",
    "is_withdrawn",
    "is_corrected",
    "handling",
    "created_at",
    "body",
    "title",
)
_ROADMAP = (
    "id",
    "title",
    "state",
    "version",
    "content_hash",
    "in_force",
    "pending_version",
    "period_from_on",
    "period_to_on",
    "report_cycle_months",
    "signatories",
    "lines",
)
_ROADMAP_LINE = (
    "roadmap",
    "address",
    "no",
    "kind",
    "title",
    "text",
    "fields",
    "owner",
    "start_on",
    "due_on",
    "state",
    "marks",
    "percent",
    "report_due_on",
    "answer_due_at",
    "basis",
    "dependencies",
    "milestones",
    "evidence",
)
_POST = ("organisation", "role_code", "always_on", "holder", "on_duty_until", "duty_gap_at")
_VERSION = (
    "version",
    "content_hash",
    "state",
    "signatories",
    "entry_into_force",
    "signed_on",
    "marks",
)
_INSTRUMENT = ("id", "kind", "title", "proposed_by", "created_at", "log", "leaf_index", *_VERSION)
_REVIEW = (
    "id",
    "title",
    "state",
    "version",
    "due_on",
    "overdue",
    "sealed",
    "signatories",
    "count",
    "done",
)
_MEETING = (
    "id",
    "state",
    "marks",
    "level",
    "no",
    "body",
    "follows",
    "host",
    "from",
    "invited",
    "held_on",
    "starts_at",
    "ends_at",
    "tzid",
    "place",
    "sequence",
    "title",
)
_ACT = (
    "id",
    "log",
    "leaf_index",
    "kind",
    "created_at",
    "state",
    "from",
    "to",
    "object",
    "object_kind",
    "title",
)

_INSTRUMENT_ACTS = ("decline", "withdraw", "notify", "suspend", "resume", "denounce", "supersede")
_INSTRUMENT_ACT = (
    "id",
    "version",
    "content_hash",
    "act_id",
    "leaf_index",
    "state",
    "entry_into_force",
    "ends_on",
)
_AGREEMENT = (
    "id",
    "kind",
    "title",
    "version",
    "content_hash",
    "state",
    "word",
    "marks",
    "signatories",
    "rule",
    "signed_on",
    "entry_into_force_on",
    "ends_on",
    "next",
    "next_on",
    "awaited_from",
)
_AGREEMENT_MORE = (
    "data",
    "effect",
    "binding_version",
    "versions",
    "without_initials",
    "without_concordance",
    "missing_notifications",
    "received_on",
    "gaps",
    "dates",
    "suspensions",
    "suspended_articles",
    "articles",
    "dependents",
)

SCHEMAS: Final[dict[str, Schema]] = {
    "mithaq/error/1": Schema(("error",)),
    "mithaq/node-init/1": Schema(("home", "code", "origin", "vkey", "card_file", "login_url")),
    "mithaq/node-serve/1": Schema(("url", "origin", "code")),
    "mithaq/node-status/1": Schema(
        (
            "code",
            "origin",
            "tree_size",
            "root_hash",
            "cosigned_size",
            "partners",
            "quarantined",
            "alarms",
            "waiting",
            "due",
            "mode",
            "checkpoint_at",
            "self_check_at",
        )
    ),
    "mithaq/node-doctor/1": Schema(("checks",)),
    "mithaq/node-backup/1": Schema(("file", "sha256", "tree_size", "created_at", "set")),
    "mithaq/node-restore/1": Schema(("origin", "tree_size", "mode", "reason", "set")),
    "mithaq/node-card/1": Schema(
        (
            "code",
            "origin",
            "name",
            "vkeys",
            "url",
            "tls_fingerprint",
            "fingerprint",
            "root",
            "tls_ca",
            "client_spki_sha256",
            "v",
        )
    ),
    "mithaq/partner-add/1": Schema(("code", "origin", "name", "state")),
    "mithaq/partner-list/1": Schema(
        ("code", "origin", "name", "url", "state", "verified_size", "applied_index"), many=True
    ),
    "mithaq/sync/1": Schema(
        ("origin", "from_size", "to_size", "applied", "parked", "cosigned_size", "duration_ms"), many=True
    ),
    "mithaq/log-verify/1": Schema(("origin", "tree_size", "root_hash", "ok", "problems"), many=True),
    "mithaq/log-export/1": Schema(("dir", "files", "tree_size", "origin", "vkey", "cosigners")),
    "mithaq/proof-export/1": Schema(("file", "act", "leaf_index", "tree_size", "origin", "policy")),
    "mithaq/proof-verify/1": Schema(
        ("ok", "origin", "leaf_index", "tree_size", "root_hash", "cosignatures", "problems")
    ),
    "mithaq/act-list/1": Schema(_ACT, many=True),
    "mithaq/act-show/1": Schema(
        (*_ACT, "body", "receipts", "commitment", "salt", "signatures", "sections", "actor")
    ),
    "mithaq/instrument-propose/1": Schema(("id", "version", "content_hash", "leaf_index", "state", "act_id")),
    "mithaq/instrument-sign/1": Schema(("id", *_VERSION)),
    "mithaq/instrument-list/1": Schema(_INSTRUMENT, many=True),
    "mithaq/instrument-show/1": Schema((*_INSTRUMENT, "subject", "versions", "without_effect", "manifest")),
    "mithaq/note-send/1": Schema(_NOTE),
    "mithaq/note-ack/1": Schema(("id", "state", "ack_id")),
    "mithaq/note-reply/1": Schema(("id", "reply_to", "kind", "state")),
    "mithaq/note-list/1": Schema(_NOTE, many=True),
    "mithaq/note-show/1": Schema(
        (*_NOTE, "recipients", "subject", "handling", "body", "sections", "blobs", "acts")
    ),
    "mithaq/balance/1": Schema(
        ("year", "from", "to", "register", "opened", "open", "overdue", "in_time", "late", "ended"),
        many=True,
    ),
    "mithaq/balance-commitments/1": Schema(
        ("owner", "register", "made", "open", "late", "at_risk", "kept"), many=True
    ),
    "mithaq/directory-list/1": Schema((*_CARD, *_POST), many=True),
    "mithaq/directory-show/1": Schema(_CARD),
    "mithaq/directory-match/1": Schema(
        (
            "entity",
            "type",
            "names",
            "spelling",
            "score",
            "is_exact",
            "is_link",
            "rejected_by",
            "steps",
            "title",
        ),
        many=True,
    ),
    "mithaq/source-add/1": Schema(
        (
            "id",
            "sha256",
            "title",
            "published_on",
            "publisher",
            "language",
            "encoding",
            "findings",
            "proposals",
            "open",
            "is_new",
        )
    ),
    "mithaq/source-list/1": Schema(
        (
            "id",
            "sha256",
            "published_on",
            "publisher",
            "language",
            "genre",
            "proposals_open",
            "added_at",
            "title",
        ),
        many=True,
    ),
    "mithaq/source-show/1": Schema(
        (
            "id",
            "sha256",
            "title",
            "publisher",
            "published_on",
            "url",
            "genre",
            "language",
            "encoding",
            "media_type",
            "size",
            "added_at",
            "paragraphs",
            "content_spans",
            "boilerplate_spans",
            "persons",
            "bodies",
            "places",
            "events",
            "dates",
            "themes",
            "quotes",
            "commitments",
            "candidate_meetings",
            "open",
            "rules_version",
        )
    ),
    **{f"mithaq/instrument-{verb}/1": Schema(_INSTRUMENT_ACT) for verb in _INSTRUMENT_ACTS},
    "mithaq/agreement-list/1": Schema(_AGREEMENT, many=True),
    "mithaq/agreement-show/1": Schema((*_AGREEMENT, *_AGREEMENT_MORE)),
    "mithaq/agreement-consolidated/1": Schema(
        ("id", "version", "amendments", "articles", "changed", "misfits")
    ),
    "mithaq/agreement-initial/1": Schema(("id", "version", "content_hash", "act_id", "state")),
    "mithaq/meeting-list/1": Schema(_MEETING, many=True),
    "mithaq/meeting-show/1": Schema((*_MEETING, "texts", "decisions", "actions", "steps", "invitation")),
    "mithaq/meeting-ics/1": Schema(("id", "file", "bytes")),
    "mithaq/roadmap-list/1": Schema(_ROADMAP, many=True),
    "mithaq/roadmap-show/1": Schema((*_ROADMAP, "percent", "versions", "chapters")),
    "mithaq/roadmap-lines/1": Schema(_ROADMAP_LINE, many=True),
    "mithaq/roadmap-diff/1": Schema(("id", "from", "to", "members", "texts", "lines", "same")),
    "mithaq/roadmap-ics/1": Schema(("id", "file", "bytes")),
    "mithaq/review-list/1": Schema(_REVIEW, many=True),
    "mithaq/review-show/1": Schema(
        (
            *_REVIEW,
            "content_hash",
            "signed_by",
            "waiting",
            "questions",
            "basis",
            "agreements",
            "to_deposit",
            "to_open",
        )
    ),
    "mithaq/review-settle/1": Schema(("id", "state", "acts")),
    "mithaq/dates-list/1": Schema(
        ("on", "step", "waits_for", "reminder", "days_left", "id", "kind", "title"), many=True
    ),
    "mithaq/rebuild/1": Schema(("registers",)),
    "mithaq/demo/1": Schema(("nodes", "instruments_in_force", "notes_closed", "seconds", "logins")),
    "mithaq/bench-exchange/1": Schema(
        ("append_per_s", "end_to_end_per_s", "latency_ms", "rss_mib", "bytes_per_act_on_disk")
    ),
}
