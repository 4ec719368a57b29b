"""Files over the API: brought for a draft, and taken from an act."""

from mithaq.errors import MalformedError, MissingError, NotAllowedError
from mithaq.formats.attachments.kinds import KINDS, MAX_FILE_BYTES
from mithaq.formats.attachments.names import is_label
from mithaq.web.access.protected import protect_act
from mithaq.web.access.table import Obligation
from mithaq.web.api import schema as s
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import Answer, File, Parameter, Route
from mithaq.web.attachments import keep_file, read_file

FILE = s.obj(
    {"sha256": s.text(64), "size": s.integer(), "media": s.text(128), "name": s.text(255)},
    ["sha256", "size", "media", "name"],
)
_SHA256 = "[0-9a-f]{64}"


def bring_file(call: ApiCall) -> Answer:
    """Keep a file for the bearer of the token, who may then name it in a draft."""
    data = call.request.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise MalformedError("upload_size", "The file is over 100 MiB.")
    declared = call.request.headers.get("Content-Type", "")
    kept = keep_file(call.node, call.caller.user_id, call.query["name"], declared, data)
    return Answer(kept.to_blob(), 201)


def take_file(call: ApiCall) -> File:
    """A file that an act names."""
    try:
        act = call.node.store.acts.by_id(call.path["id"])
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error
    if call.caller.check("read", protect_act(act), "body").needs(Obligation.NO_EXPORT):
        raise NotAllowedError("no_export", "A caveat of the act forbids to take it away.")
    blob = next((each for each in act.parsed.blobs if each.sha256 == call.path["hash"]), None)
    if blob is None or not call.node.blobs.is_whole(blob.sha256):
        raise MissingError("blob", "There is no such file here.")
    known = {kind.media for kind in KINDS.values()}
    name = blob.name if is_label(blob.name) and blob.name.isascii() else blob.sha256[:16]
    data = b"".join(read_file(call.node, blob.sha256, blob.size))
    return File(data, name, blob.media if blob.media in known else "application/octet-stream")


ROUTES = (
    Route("POST", "/files", "file-bring", "draft|reply", bring_file, None, FILE,
          "A file, as it is, to be named in a draft; its Content-Type says what it is.",
          query=(Parameter("name", "Its name, with a suffix.", r"[^\x00-\x1f\x7f]{1,255}", required=True),),
          status=201, takes_bytes=True),
    Route("GET", "/acts/{id}/files/{hash}", "act-file", "read", take_file, None, None,
          "A file that an act names.",
          parameters=(Parameter("hash", "Its SHA-256.", _SHA256, required=True),),
          media_type="application/octet-stream"),
)  # fmt: skip
