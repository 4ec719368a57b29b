"""Forms that end in a preview: what was typed waits in the session, for the way back from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mithaq.errors import MithaqError
from mithaq.node.node import Node
from mithaq.web.attachments import Kept, find_kept, take_files
from mithaq.web.kept import kept_values
from mithaq.web.outgoing.commands import Command
from mithaq.web.outgoing.drafts import start

_ID: Final = re.compile(r"[0-9a-f-]{36}", re.ASCII)
_MOST_KEPT: Final = 5
_MOST_CHARS: Final = 100_000


class CommandForm(Protocol):
    """A form that ends in a command."""

    def make_command(self) -> Command:
        """The command of a valid form."""

    def make_title(self) -> Mapping[str, str]:
        """The title of the draft, by language."""

    def take_refusal(self, error: MithaqError) -> None:
        """Say above the form what was refused; raise what has no words there."""


@dataclass(frozen=True, slots=True)
class PreviewedForms:
    """The forms of one register.

    Attributes:
        register: name of it.
        many: names of the fields that take several values.
    """

    register: str
    many: frozenset[str] = frozenset()

    def start(self, request: HttpRequest, form: CommandForm, draft_id: str) -> HttpResponseBase | None:
        """Keep what a valid form makes as a draft and go to its preview; None where it was refused."""
        try:
            command = form.make_command()
            gone = start(request, command, self.register, form.make_title(), request.path, draft_id)
        except MithaqError as error:
            form.take_refusal(error)
            return None
        self._keep(request, gone.url)
        return gone

    def initial(self, request: HttpRequest, draft_id: str) -> dict[str, Any]:
        """Values to show: what was typed for this draft, else what was typed here and not sent."""
        if draft_id not in self._kept(request):
            return kept_values(request)
        typed = self._kept(request)[draft_id].items()
        return {name: values if name in self.many else values[0] for name, values in typed if values}

    def take_files(
        self, request: HttpRequest, node: Node, draft_id: str
    ) -> tuple[tuple[Kept, ...], list[str]]:
        """Files that were brought now or before, and why others were not taken.

        Those of this request become ticks of the form, as if they had been here already.
        """
        user_id = str(request.user.pk)
        if request.method != "POST":
            return tuple(find_kept(user_id, self._kept(request).get(draft_id, {}).get("kept", ()))), []
        brought, refused = take_files(node, user_id, request.FILES.getlist("files"))
        if brought:
            data = request.POST.copy()
            data.setlist("kept", [*data.getlist("kept"), *(each.sha256 for each in brought)])
            request.POST = data  # type: ignore[assignment]
        return tuple(find_kept(user_id, request.POST.getlist("kept"))), refused

    def _keep(self, request: HttpRequest, preview_url: str) -> None:
        found = _ID.search(preview_url)
        typed = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
        if found is None or sum(len(each) for values in typed.values() for each in values) > _MOST_CHARS:
            return
        kept = {**self._kept(request), found[0]: typed}
        request.session[self._place] = dict(list(kept.items())[-_MOST_KEPT:])

    def _kept(self, request: HttpRequest) -> dict[str, dict[str, list[str]]]:
        return dict(request.session.get(self._place, {}))

    @property
    def _place(self) -> str:
        return f"mq_{self.register}_forms"


def draft_of(request: HttpRequest) -> str:
    """The draft that a preview leads back from; empty for none."""
    text = request.GET.get("draft", "")
    return text if _ID.fullmatch(text) else ""
