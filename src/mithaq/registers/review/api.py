"""Reviews for programs: lists, one campaign with its matrix; an opinion as a draft."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.errors import ConflictError, MissingError
from mithaq.registers.review.forms.base import in_dossier, name_title, send
from mithaq.registers.review.forms.opinions import TITLE
from mithaq.registers.review.reading.describing import describe_review, summarise
from mithaq.registers.review.reading.doable import may_opine
from mithaq.registers.review.reading.reviews import ReviewView, ordered_plans, read_review, read_reviews
from mithaq.registers.review.rules.kinds import NAME, OPINION
from mithaq.registers.review.rules.opinions import OPINIONS, check_opinion
from mithaq.web.access.protected import protect_objects
from mithaq.web.api.call import ApiCall
from mithaq.web.api.drafts import start_draft
from mithaq.web.api.routes import Answer, Collection, Route
from mithaq.web.api.schema import obj, text, texts, uuid
from mithaq.web.outgoing.forms import make_envelope

OPEN: Final[Mapping[str, Any]] = obj({}, is_open=True)
OPINION_INPUT: Final = obj(
    {
        "agreement": uuid(),
        "opinion": {"type": "string", "enum": list(OPINIONS)},
        "reason": texts(20_000),
        "articles": {"type": "array", "items": text(64, least=1), "maxItems": 100},
        "merge_with": uuid(),
        "handling": {"type": "string", "enum": ["clear", "green", "amber"]},
    },
    ("agreement", "opinion", "reason"),
)
_TAKEN_OVER: Final = ("agreement", "opinion", "reason", "articles", "merge_with")


def list_reviews(call: ApiCall) -> Collection:
    """Campaigns that the caller may list."""
    ids = ordered_plans()
    guarded = protect_objects(ids) if ids else []
    seen = [each for each, guard in zip(ids, guarded, strict=True) if call.caller.may("list", guard)]
    page = call.collection(seen, key=lambda each: each, describe=lambda each: each)
    today = call.node.clock.now().date()
    found = [summarise(each, today) for each in read_reviews(call.node, page.items)]
    return Collection(found, page.next, page.count)


def show_review(call: ApiCall) -> Answer:
    """One campaign: every agreement, every side, what was agreed; no closed opinion of another side."""
    review = _open(call)
    today, own = call.node.clock.now().date(), str(call.node.identity.code)
    return Answer(describe_review(review, today, own, lambda each: _may_read(call, each)))


def draft_opinion(call: ApiCall) -> Answer:
    """Our side's opinion on one agreement as a draft: a person lets it into the log."""
    review, given = _open(call), call.body
    own, cell = str(call.node.identity.code), review.find(call.body["agreement"])
    if not may_opine(review, cell, own):
        raise ConflictError("out_of_state", "Our side has given its opinion, or cannot give one now.")
    body = {name: given[name] for name in _TAKEN_OVER if name in given}
    body |= {"plan": review.object_id, "sealed": review.is_sealed}
    check_opinion(body)
    title = name_title(TITLE, cell.reviewed.title)
    others = () if review.is_sealed else review.others(own)
    fields = in_dossier(call.node, review, make_envelope(title, str(given.get("handling", "green"))))
    return start_draft(call, send(others, OPINION, body, fields), NAME, title)


def _open(call: ApiCall) -> ReviewView:
    plan_id = call.path["id"]
    call.caller.check("read", protect_objects([plan_id])[0])
    try:
        return read_review(call.node, plan_id)
    except MissingError as error:
        raise MissingError("review", "There is no such review.") from error


def _may_read(call: ApiCall, object_id: str) -> bool:
    return bool(call.caller.may("read", protect_objects([object_id])[0]))


ROUTES: Final = (
    Route("GET", "/reviews", "review-list", "list", list_reviews, None, OPEN,
          "Review campaigns.", NAME, is_collection=True),
    Route("GET", "/reviews/{id}", "review-show", "read", show_review, None, OPEN,
          "One campaign with its matrix.", NAME),
    Route("POST", "/reviews/{id}/opinions", "review-opinion", "draft", draft_opinion,
          OPINION_INPUT, OPEN, "An opinion as a draft; a person lets it go.", NAME, status=201),
)  # fmt: skip
