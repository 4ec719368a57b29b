"""Files of one act to take away: what is attached to it, its proof, and the keys by which to verify it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from mithaq.core.acts.envelope import BlobReference
from mithaq.errors import MissingError
from mithaq.formats.attachments.kinds import KINDS
from mithaq.formats.attachments.names import is_label
from mithaq.node.node import Node
from mithaq.node.records import SealedAct
from mithaq.web.access.gate import check_may_leave, demand
from mithaq.web.access.protected import protect_act
from mithaq.web.access.subject import subject_of
from mithaq.web.attachments import read_file
from mithaq.web.proof import Prover
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page


@workspace_page(verb="export")
def download_proof(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """The ``.tlog-proof`` of an act, without its sections: these have readers of their own."""
    act = _find(act_id)
    protected = protect_act(act)
    demand(subject_of(request), "export", protected, "body", is_done=False)
    check_may_leave(protected)
    demand(subject_of(request), "export", protected, "body")
    data = Prover(get_node()).proof_file(act.parsed.id).encode()
    return _download(data, "application/octet-stream", f"{act.parsed.id}.tlog-proof")


@workspace_page(verb="read")
def download_policy(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """The keys that this node goes by for the log of an act."""
    act = _find(act_id)
    demand(subject_of(request), "read", protect_act(act))
    data = Prover(get_node()).policy(act.log).encode()
    return _download(data, "text/plain; charset=utf-8", f"{act.parsed.author}.policy")


@workspace_page(verb="read")
def download_file(request: HttpRequest, act_id: UUID, sha256: str) -> HttpResponseBase:
    """A file that an act names; a browser keeps it and shows nothing of it."""
    act = _find(act_id)
    protected = protect_act(act)
    demand(subject_of(request), "read", protected, "body")
    check_may_leave(protected)
    blob = next((each for each in act.parsed.blobs if each.sha256 == sha256), None)
    if blob is None:
        raise MissingError("not_found", "There is nothing at this address.")
    return answer_file(get_node(), blob)


def answer_file(node: Node, blob: BlobReference) -> HttpResponseBase:
    """A file as an attachment, under a policy that lets nothing in it act.

    Raises:
        MissingError: ``blob``; it has not come yet, or is gone.
    """
    if not node.blobs.is_whole(blob.sha256):
        raise MissingError("blob", "The file is not here yet.")
    media = (
        blob.media if blob.media in {kind.media for kind in KINDS.values()} else "application/octet-stream"
    )
    name = blob.name if is_label(blob.name) else blob.sha256[:16]
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Length": str(blob.size),
    }
    chunks = read_file(node, blob.sha256, blob.size)
    return StreamingHttpResponse(chunks, content_type=media, headers=headers)


def _find(act_id: UUID) -> SealedAct:
    try:
        return get_node().store.acts.by_id(str(act_id))
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error


def _download(data: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media, headers=headers)
