"""Files of one act to take away: its proof, and the keys by which to verify it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from mithaq.errors import MissingError
from mithaq.node.records import SealedAct
from mithaq.web.access.gate import demand
from mithaq.web.access.protected import protect_act
from mithaq.web.access.subject import subject_of
from mithaq.web.proof import Prover
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page


@workspace_page(verb="export")
def download_proof(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """The ``.tlog-proof`` of an act, without its sections: these have readers of their own."""
    act = _find(act_id)
    demand(subject_of(request), "export", protect_act(act), "body")
    data = Prover(get_node()).proof_file(act.parsed.id).encode()
    return _download(data, "application/octet-stream", f"{act.parsed.id}.tlog-proof")


@workspace_page(verb="read")
def download_policy(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """The keys that this node goes by for the log of an act."""
    act = _find(act_id)
    demand(subject_of(request), "read", protect_act(act))
    data = Prover(get_node()).policy(act.log).encode()
    return _download(data, "text/plain; charset=utf-8", f"{act.parsed.author}.policy")


def _find(act_id: UUID) -> SealedAct:
    try:
        return get_node().store.acts.by_id(str(act_id))
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error


def _download(data: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media, headers=headers)
