"""The route of the API that gives a text as a PDF."""

from mithaq.core.instruments.next_step import standing_version
from mithaq.core.instruments.state import InstrumentState, Version
from mithaq.errors import MissingError
from mithaq.node.append.submit import Desk
from mithaq.node.records import SealedAct
from mithaq.web.access.gate import check_may_leave, may
from mithaq.web.access.protected import protect_act
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import File, Parameter, Route
from mithaq.web.pdf.document import PDF_TYPE, PrintedAct, PrintedText, acts_of, print_text
from mithaq.web.records.record import reference_of

LANG = Parameter("lang", "Language of the words around the text; English when absent.", "ar|fr|en")
VERSION = Parameter("version", "A version by number; the one that stands when absent.", "[1-9][0-9]{0,3}")


def download_pdf(call: ApiCall) -> File:
    """A version of an instrument in two columns with its proof, as a PDF."""
    text = read_printed(call)
    return File(print_text(call.node, text, call.query.get("lang", "en")), text.file_name, PDF_TYPE)


def read_printed(call: ApiCall) -> PrintedText:
    """The version that is asked for, for who may take it away.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy; ``no_export``.
    """
    first, state = _read_instrument(call)
    version = _choose(call, state)
    _check_own(call, version)
    acts = [PrintedAct(act, _may_take(call, act)) for act in acts_of(call.node, version)]
    return PrintedText(
        first.object_id,
        first.parsed.object_kind or "",
        first.parsed.subject or {},
        reference_of(first),
        version,
        acts,
    )


def _read_instrument(call: ApiCall) -> tuple[SealedAct, InstrumentState]:
    try:
        first, state = Desk(call.node).instrument_state(call.path["id"])
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error
    protected = protect_act(first)
    call.caller.check("read", protected)
    call.caller.check("read", protected, "body")
    check_may_leave(protected)
    return first, state


def _choose(call: ApiCall, state: InstrumentState) -> Version:
    number = call.query.get("version")
    if number is None:
        found = standing_version(state, call.node.clock.now())
    else:
        named = [each for each in state.versions if each.number == int(number)]
        found = max(named, key=lambda each: each.rank, default=None)
    if found is None:
        raise MissingError("not_found", "There is no such version.")
    return found


def _check_own(call: ApiCall, version: Version) -> None:
    """That the caller may read the version by its own handling too, where its act has one."""
    opener = acts_of(call.node, version)[0]
    if opener.parsed.handling is None:
        return
    protected = protect_act(opener)
    if not call.caller.may("read", protected, "body"):
        raise MissingError("not_found", "There is no such version.")
    check_may_leave(protected)


def _may_take(call: ApiCall, act: SealedAct) -> bool:
    """Whether the proof of an act may leave with the text."""
    return may(call.caller.subject, "export", protect_act(act), "body").allowed


ROUTES = (
    Route("GET", "/instruments/{id}/pdf", "instrument-pdf", "read", download_pdf, None, None,
          "A text in two columns with its proof, where this node prints.",
          query=(VERSION, LANG), media_type=PDF_TYPE),
)  # fmt: skip
