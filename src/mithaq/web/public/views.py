"""Pages and downloads of ``/public/``. Server-rendered; no cookie, no script, no login."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from mithaq.errors import MissingError
from mithaq.web.proof import Prover
from mithaq.web.public.names import name_kind, name_state
from mithaq.web.public.publication import Publications, PublicText
from mithaq.web.runtime import get_node
from mithaq.web.two_columns import list_attachments, make_rows, order_languages

LANGUAGES: Final = {"ar": "العربية", "fr": "Français", "en": "English"}
CACHE: Final = "max-age=60"
PROOF_TYPE: Final = "application/octet-stream"
POLICY_TYPE: Final = "text/plain; charset=utf-8"
MAX_PAGE: Final = 10_000
_Arguments = ParamSpec("_Arguments")
_View = Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]


def public_view(view: _View[_Arguments]) -> _View[_Arguments]:
    """GET and HEAD; what is not there, or not public, is the same page of status 404."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MissingError:
            return _render(request, _language_of(request), "missing", {}, status=404)

    return answer


@public_view
def choose_language(request: HttpRequest) -> HttpResponse:
    """To the pages in the language of the browser."""
    response = redirect("public-texts", lang=_language_of(request))
    patch_vary_headers(response, ("Accept-Language",))
    return response


@public_view
def list_texts(request: HttpRequest, lang: str) -> HttpResponse:
    """The public texts, the latest signed first."""
    number = _read_page(request)
    texts, has_more = Publications(get_node()).page(number)
    context = {
        "texts": [_describe(text, lang) for text in texts],
        "is_demonstration": any(text.is_demonstration for text in texts),
        "page": number,
        "previous": number - 1,
        "next": number + 1 if has_more else 0,
    }
    return _render(request, lang, "texts", context)


@public_view
def show_text(request: HttpRequest, lang: str, object_id: str) -> HttpResponse:
    """One text in two columns, with the proof of each act that made it binding."""
    node = get_node()
    text = Publications(node).text(object_id)
    prover = Prover(node)
    context = {
        **_describe(text, lang),
        "columns": order_languages(lang),
        "rows": make_rows(text.data, text.version.manifest.parts, node.blobs, order_languages(lang)),
        "attachments": list_attachments(text.version.manifest.parts, node.blobs),
        "panels": [
            prover.panel(act.act, text.version.content_hash, is_clear=act.is_clear) for act in text.acts
        ],
    }
    return _render(request, lang, "text", context)


@public_view
def download_proof(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The ``.tlog-proof`` of an act of a public text."""
    node = get_node()
    found = Publications(node).act(str(act_id))
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
        act = Publications(node).act(str(act_id)).act
        code, origin = act.parsed.author, act.log
    return _download(Prover(node).policy(origin).encode(), POLICY_TYPE, f"{code}.policy")


@public_view
def show_missing(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below ``/public/``."""
    raise MissingError("page", "There is no such page.")


# Parts


def _describe(text: PublicText, lang: str) -> dict[str, Any]:
    effect = text.version.manifest.effect
    return {
        "text": text,
        "title": _choose_title(text.title, lang),
        "titles": [(each, text.title.get(each, "")) for each in order_languages(lang)],
        "kind": name_kind(text.object_kind),
        "state": str(text.state),
        "state_name": name_state(text.state),
        "signatories": [
            _name_administration(each.administration) for each in text.version.manifest.signatories
        ],
        "is_demonstration": text.is_demonstration,
        "is_past": effect.past is not None,
    }


def _choose_title(titles: Mapping[str, str], lang: str) -> tuple[str, str]:
    """(language, title): the reader's, else French, else Arabic, else any."""
    for each in (lang, "fr", "ar", *titles):
        if titles.get(each):
            return each, titles[each]
    return lang, ""


def _name_administration(code: str) -> tuple[str, str]:
    """(code, name) of a signatory; the code alone where it is not on the roster."""
    node = get_node()
    if code == node.identity.code:
        return code, node.identity.name
    for partner in node.store.roster.partners():
        if partner.code == code:
            return code, partner.name
    return code, ""


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
    shell = {
        "lang": lang,
        "direction": "rtl" if lang == "ar" else "ltr",
        "identity": identity,
        "languages": [(code, label, f"/public/{code}/{rest}") for code, label in LANGUAGES.items()],
    }
    with translation.override(lang):
        html = render_to_string(f"public/{name}.html", {**shell, **context})
    headers = {"Content-Language": lang, "Cache-Control": CACHE if status == 200 else "no-store"}
    return HttpResponse(html, status=status, headers=headers)


def _download(data: bytes, media: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": CACHE}
    return HttpResponse(data, content_type=media, headers=headers)
