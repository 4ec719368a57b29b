"""Pages and downloads of ``/public/``. Server-rendered; no cookie, no script, no login."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from mithaq.core.instruments.state import state_at
from mithaq.errors import MissingError, UnavailableError
from mithaq.node.node import Node
from mithaq.web.lasting import Lasting
from mithaq.web.pdf.document import PDF_TYPE, PrintedAct, PrintedText, print_text
from mithaq.web.pdf.libraries import can_print
from mithaq.web.proof import Prover
from mithaq.web.public.data import describe_text, describe_whole, describe_word
from mithaq.web.public.names import list_kinds, name_kind, name_state, name_step
from mithaq.web.public.own_words import OwnWords
from mithaq.web.public.panels import make_panels, make_word_panels
from mithaq.web.public.publication import MOST_CHARACTERS, PublicAct, Publications, PublicText
from mithaq.web.runtime import get_node, get_part
from mithaq.web.suspensions import find_still, is_suspended_in_part
from mithaq.web.two_columns import list_attachments, make_rows, order_languages

LANGUAGES: Final = {"ar": "العربية", "fr": "Français", "en": "English"}
CACHE: Final = "max-age=60"
PROOF_TYPE: Final = "application/octet-stream"
POLICY_TYPE: Final = "text/plain; charset=utf-8"
MAX_PAGE: Final = 10_000
NAMES_KEPT_FOR: Final = timedelta(seconds=30)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_Arguments = ParamSpec("_Arguments")
_View = Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]


def public_view(view: _View[_Arguments]) -> _View[_Arguments]:
    """GET and HEAD; what is not there, or not public, is the same page of status 404."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> HttpResponse:
        try:
            return _conditional(request, view(request, *args, **kwargs))
        except MissingError:
            return _render(request, _language_of(request), "missing", {}, status=404)
        except UnavailableError as error:
            response = _render(
                request, _language_of(request), "unavailable", {"code": error.code}, status=503
            )
            response["Retry-After"] = str(error.retry_after_s or 60)
            return response

    return answer


@public_view
def choose_language(request: HttpRequest) -> HttpResponse:
    """To the pages in the language of the browser."""
    response = redirect("public-texts", lang=_language_of(request))
    patch_vary_headers(response, ("Accept-Language",))
    return response


@public_view
def list_texts(request: HttpRequest, lang: str) -> HttpResponse:
    """The public texts, the latest signed first: all, of one kind, or those that hold some words."""
    node, number = get_node(), _read_page(request)
    kinds = list_kinds(node)
    kind = request.GET.get("kind", "")
    if kind and kind not in dict(kinds):
        raise MissingError("page", "There is no such kind.")
    words = request.GET.get("q", "")[:MOST_CHARACTERS]
    texts, has_more = Publications(node).page(number, kind, words)
    if request.GET.get("format") == "json":
        told = [describe_text(each, node.clock.now()) for each in texts]
        return _json({"items": told, "page": number, "more": has_more})
    asked = {name: value for name, value in (("q", words), ("kind", kind)) if value}
    with translation.override(lang):
        sorted_kinds = sorted(kinds, key=lambda each: str(each[1]))
    context = {
        "texts": [_describe(text, lang) for text in texts],
        "is_demonstration": any(text.is_demonstration for text in texts),
        "kinds": sorted_kinds,
        "kind": kind,
        "words": words,
        "is_asked": bool(asked),
        "previous": f"?{urlencode({**asked, 'page': number - 1})}" if number > 1 else "",
        "next": f"?{urlencode({**asked, 'page': number + 1})}" if has_more else "",
        "json": f"?{urlencode({**asked, 'page': number, 'format': 'json'})}",
    }
    return _render(request, lang, "texts", context)


@public_view
def show_text(request: HttpRequest, lang: str, object_id: str) -> HttpResponse:
    """One text in two columns, with the proof of each act that made it binding; or as JSON, or PDF."""
    node, number = get_node(), request.GET.get("version")
    if number is not None and not _NUMBER.fullmatch(number):
        raise MissingError("text", "There is no such version.")
    text = Publications(node).text(object_id, None if number is None else int(number))
    if request.GET.get("format") == "pdf":
        return _print(text, lang)
    now = node.clock.now()
    rows = make_rows(text.data, text.version.manifest.parts, node.blobs, order_languages(lang))
    still = find_still(text.version, [row.anchor for row in rows], now)
    if request.GET.get("format") == "json":
        return _json(describe_whole(text, now, still))
    context = {
        **_describe(text, lang),
        "columns": order_languages(lang),
        "rows": rows,
        "still": still,
        "attachments": list_attachments(text.version.manifest.parts, node.blobs),
        "panels": make_panels(text),
        "versions": [(each, name_state(str(state_at(each, now)))) for each in text.versions],
        "can_print": can_print(),
        "number": text.version.number,
    }
    return _render(request, lang, "text", context)


def _print(text: PublicText, lang: str) -> HttpResponse:
    node = get_node()
    address = reverse("public-text", kwargs={"lang": lang, "object_id": text.object_id})
    printed = PrintedText(
        text.object_id,
        text.object_kind,
        text.title,
        text.reference,
        text.version,
        [PrintedAct(each.act, each.is_clear) for each in text.acts],
        f"{node.identity.base_url}{address}",
        _names(),
        text.data,
    )
    return _download(print_text(node, printed, lang), PDF_TYPE, printed.file_name)


@public_view
def list_words(request: HttpRequest, lang: str) -> HttpResponse:
    """Communiqués of this side alone, the newest first."""
    number = _read_page(request)
    words, has_more = OwnWords(get_node()).page(number)
    if request.GET.get("format") == "json":
        return _json({"items": [describe_word(each) for each in words], "page": number, "more": has_more})
    context = {
        "words": [{"word": each, "title": _choose_title(each.title, lang)} for each in words],
        "is_demonstration": any(each.is_demonstration for each in words),
        "previous": f"?page={number - 1}" if number > 1 else "",
        "next": f"?page={number + 1}" if has_more else "",
    }
    return _render(request, lang, "words", context)


@public_view
def show_word(request: HttpRequest, lang: str, object_id: str) -> HttpResponse:
    """One communiqué of this side, marked as its word alone, with its proof."""
    word = OwnWords(get_node()).word(object_id)
    if request.GET.get("format") == "json":
        return _json({"schema": "mithaq/public-word/1", **describe_word(word)})
    context = {
        "word": word,
        "title": _choose_title(word.title, lang),
        "texts": [(each, word.text[each].split("\n")) for each in order_languages(lang) if each in word.text],
        "panels": make_word_panels(word),
        "is_demonstration": word.is_demonstration,
    }
    return _render(request, lang, "word", context)


@public_view
def download_proof(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The ``.tlog-proof`` of an act of a public text."""
    node = get_node()
    found = _find_act(node, str(act_id))
    if not found.is_clear:
        raise MissingError("text", "The proof of that act is not public.")
    proof = Prover(node).proof_file(found.act.parsed.id)
    return _download(proof.encode(), PROOF_TYPE, f"{found.act.parsed.id}.tlog-proof")


@public_view
def download_policy(request: HttpRequest, act_id: UUID | None = None) -> HttpResponse:
    """The keys that this node goes by for the log of an act, or for its own.

    Whoever verifies should compare them with what he was told by another way.
    """
    node = get_node()
    code, origin = node.identity.code, node.identity.origin
    if act_id is not None:
        act = _find_act(node, str(act_id)).act
        code, origin = act.parsed.author, act.log
    return _download(Prover(node).policy(origin).encode(), POLICY_TYPE, f"{code}.policy")


@public_view
def show_missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below ``/public/``."""
    raise MissingError("page", "There is no such page.")


# Parts


def _find_act(node: Node, act_id: str) -> PublicAct:
    """An act of a co-signed text, or of a word of this side.

    Raises:
        MissingError: ``text``.
    """
    try:
        return Publications(node).act(act_id)
    except MissingError:
        return OwnWords(node).act(act_id)


def _describe(text: PublicText, lang: str) -> dict[str, Any]:
    effect, names = text.version.manifest.effect, _names()
    return {
        "text": text,
        "title": _choose_title(text.title, lang),
        "titles": [(each, text.title.get(each, "")) for each in order_languages(lang)],
        "kind": name_kind(text.object_kind),
        "state": str(text.state),
        "state_name": name_state(text.state),
        "is_suspended_in_part": is_suspended_in_part(text.version, get_node().clock.now()),
        "signatories": [
            (
                each.administration,
                names.get(each.administration, ""),
                text.version.signings.get(each.administration),
            )
            for each in text.version.manifest.signatories
        ],
        "is_demonstration": text.is_demonstration,
        "is_past": effect.past is not None,
        "next_name": None if text.next is None else name_step(text.next.step),
    }


def _choose_title(titles: Mapping[str, str], lang: str) -> tuple[str, str]:
    """(language, title): the reader's, else French, else Arabic, else any."""
    for each in (lang, "fr", "ar", *titles):
        if titles.get(each):
            return each, titles[each]
    return lang, ""


def _names() -> dict[str, str]:
    """Names of administrations as the roster has them: their cards are not for everybody."""
    return get_part(_make_names).get()


def _make_names() -> Lasting[dict[str, str]]:
    return Lasting(_read_names, NAMES_KEPT_FOR)


def _read_names(node: Node) -> dict[str, str]:
    known = {str(partner.code): partner.name for partner in node.store.roster.partners()}
    return {**known, str(node.identity.code): node.identity.name}


def _read_page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= MAX_PAGE):
        raise MissingError("page", "There is no such page.")
    return int(text)


def _language_of(request: HttpRequest) -> str:
    """The language in the path, else the first of the browser's that there is, else English."""
    in_path = request.path_info.removeprefix("/public/").partition("/")[0]
    if in_path in LANGUAGES:
        return in_path
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        base = wanted.partition("-")[0]
        if base in LANGUAGES:
            return base
    return "en"


def _render(
    request: HttpRequest, lang: str, name: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    identity = get_node().identity
    in_path = request.path_info.removeprefix("/public/").partition("/")
    rest = in_path[2] if in_path[0] in LANGUAGES and status == 200 else ""
    query = request.META.get("QUERY_STRING", "") if status == 200 else ""
    asked = f"?{query}" if query else ""
    shell = {
        "lang": lang,
        "direction": "rtl" if lang == "ar" else "ltr",
        "identity": identity,
        "languages": [(code, label, f"/public/{code}/{rest}{asked}") for code, label in LANGUAGES.items()],
    }
    with translation.override(lang):
        html = render_to_string(f"public/{name}.html", {**shell, **context, **_marks(context)})
    headers = {"Content-Language": lang, "Cache-Control": CACHE if status == 200 else "no-store"}
    return HttpResponse(html, status=status, headers=headers)


def _marks(context: Mapping[str, Any]) -> dict[str, bool]:
    """What stands above every page of a node that only demonstrates."""
    return {"is_demonstration": settings.MITHAQ_IS_DEMONSTRATION or bool(context.get("is_demonstration"))}


def _json(value: Any) -> HttpResponse:
    return HttpResponse(
        orjson.dumps(value), content_type="application/json", headers={"Cache-Control": CACHE}
    )


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag; 304 where the reader has it already."""
    if response.status_code != 200:
        return response
    set_response_etag(response)
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    assert isinstance(found, HttpResponse)
    return found


def _download(data: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": CACHE}
    return HttpResponse(data, content_type=media, headers=headers)
