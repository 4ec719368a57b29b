"""What is content, and what is left of the web page around it: menus, forms, headings, datelines, bylines.

Spec: registers 3.12.2, step 3.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mithaq.core.folded_text import fold_text
from mithaq.registers.sources.rules.values import Reason

_PHRASES: Final[dict[Reason, tuple[str, ...]]] = {
    Reason.RELATED: (
        "مقالات ذات صلة",
        "مواضيع ذات صلة",
        "أخبار ذات صلة",
        "اقرأ أيضا",
        "إقرأ أيضا",
        "قد يعجبك أيضا",
        "قد يهمك أيضا",
        "المزيد من الأخبار",
        "articles similaires",
        "articles liés",
        "à lire aussi",
        "lire aussi",
        "à lire également",
        "sur le même sujet",
        "voir aussi",
        "related articles",
        "related posts",
        "related news",
        "read also",
        "read more",
        "you may also like",
    ),
    Reason.COMMENT_FORM: (
        "أضف تعليقا",
        "اترك تعليقا",
        "اترك ردا",
        "اترك رد",
        "اكتب تعليقا",
        "التعليقات",
        "لا توجد تعليقات",
        "إلغاء الرد",
        "إرسال التعليق",
        "laisser un commentaire",
        "ajouter un commentaire",
        "poster un commentaire",
        "publier un commentaire",
        "laisser une réponse",
        "commentaires",
        "annuler la réponse",
        "leave a comment",
        "leave a reply",
        "post a comment",
        "add a comment",
        "comments",
        "no comments",
        "cancel reply",
    ),
    Reason.MAIL_NOTICE: (
        "لن يتم نشر عنوان بريدك الإلكتروني",
        "الحقول الإلزامية مشار إليها",
        "احفظ اسمي، بريدي الإلكتروني",
        "votre adresse e-mail ne sera pas publiée",
        "votre adresse de messagerie ne sera pas publiée",
        "les champs obligatoires sont indiqués",
        "enregistrer mon nom, mon e-mail",
        "your email address will not be published",
        "required fields are marked",
        "save my name, email",
    ),
    Reason.BACK_TO_TOP: (
        "back to top button",
        "back to top",
        "scroll to top",
        "bouton retour en haut de la page",
        "retour en haut de la page",
        "retour en haut",
        "haut de page",
        "العودة إلى الأعلى",
        "زر الذهاب إلى الأعلى",
        "الذهاب إلى الأعلى",
        "العودة إلى أعلى الصفحة",
    ),
    Reason.OTHER: (
        "close button",
        "close",
        "fermer",
        "إغلاق",
        "partager",
        "partager cet article",
        "شارك",
        "شارك المقال",
        "مشاركة",
        "share",
        "share this",
        "facebook",
        "twitter",
        "whatsapp",
        "telegram",
        "linkedin",
        "copier le lien",
        "copy link",
        "نسخ الرابط",
        "imprimer",
        "print",
        "طباعة",
        "publicité",
        "advertisement",
        "إعلان",
        "s'abonner",
        "subscribe",
        "اشترك",
        "تابعونا",
        "suivez-nous",
        "follow us",
        "newsletter",
        "الوسوم",
        "tags",
        "article précédent",
        "article suivant",
        "previous article",
        "next article",
        "المقال السابق",
        "المقال التالي",
    ),
}
_SECTIONS: Final = (
    "أخبار,الرئيسية,الحكومة,العالم,سياسة,اقتصاد,رياضة,مجتمع,ثقافة,فن,دولي,وطني,جهات,حوادث,صحة,رأي,كتاب,فيديو,"
    "accueil,politique,économie,société,sport,sports,monde,culture,international,national,régions,vidéos"
    ",opinions,"
    "home,news,politics,economy,business,world,culture,opinion,video,videos,events,hot events"
)
_LOOSE_CHARS: Final = {Reason.MAIL_NOTICE: 250}
_LOOSE_DEFAULT: Final = 24
_SHORT_CHARS: Final = 130
_LONG_CHARS: Final = 160
_BYLINE_CHARS: Final = 120

_END = re.compile(r"[.!?؟…][\"”»'’)\]\s]*$")
_NO_HEADING_END = re.compile(r"[:;،,؛]\s*$|^[-•*–]\s|[.!?؟…»”\"]\s*$")
_GLUED = re.compile("ة[\u0621-\u064a]|[A-Za-z][\u0621-\u064a]{3}")
_SEPARATORS = re.compile(r"[|›>•/]|\s»\s")
_BYLINE_START = re.compile(
    r"^(?:بقلم|كتبه?|كتبت|إعداد|تحرير|متابعة|المصدر\s*:|[Pp]ar\s+(?=[A-ZÉ])|[Bb]y\s+(?=[A-Z])"
    r"|[Pp]ropos recueillis|[Ss]ource\s*:|(?:La )?[Rr]édaction\s*$|[Pp]ublié (?:le|par)|[Pp]osted (?:on|by)"
    r"|نشر (?:في|يوم|بتاريخ))"
)
_BYLINE_WORD = re.compile(
    r"(?<!\w)(?:مراسل|مراسلة|صحافي|صحفي|صحافية|correspondante?|correspondent|journaliste|envoyée? spéciale?)"
    r"(?!\w)",
    re.IGNORECASE,
)
_DATELINE = (
    # "الحرية نت – المغرب: …", "Rabat – MAP : …"
    re.compile(r"[^\n.:؛;!?«\"“]{2,40}\s[–—-]\s[^\n.:؛;!?«\"“]{2,30}\s?:\s"),
    # "RABAT, 14 avril (MAP) - …", "الرباط (ومع) – …"
    re.compile(r"[^\n.:؛;!?«\"“()]{2,50}\([^\n()]{2,25}\)\s?[–—:-]{1,2}\s"),
    # "PARIS — …"
    re.compile(r"[A-ZÀÂÇÉÈÊÎÔÛ][A-ZÀÂÇÉÈÊÎÔÛ' -]{2,24}(?:,[^\n.:;–—]{2,30})?\s?[–—]\s"),
)
_DATELINE_WORDS = 9


@lru_cache(2)  # a paragraph is asked about by phrase and by form
def _fold(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s']", " ", fold_text(text).text).split())


_FOLDED: Final = {reason: tuple(_fold(one) for one in phrases) for reason, phrases in _PHRASES.items()}
_FIRST_WORDS: Final = frozenset(
    phrase.partition(" ")[0] for phrases in _FOLDED.values() for phrase in phrases
)
_FOLDED_SECTIONS: Final = frozenset(word for name in _SECTIONS.split(",") for word in _fold(name).split())


@dataclass(frozen=True, slots=True)
class Class:
    """What a paragraph is: content when ``reason`` is None."""

    reason: Reason | None = None
    rule_id: str = ""
    is_title: bool = False


CONTENT: Final = Class()


def find_dateline(paragraph: str) -> int:
    """How many characters of a paragraph are a dateline before its text; 0 for none."""
    for pattern in _DATELINE:
        match = pattern.match(paragraph)
        if (
            match is not None
            and len(match[0].split()) <= _DATELINE_WORDS
            and len(paragraph) - match.end() > 40
        ):
            return match.end()
    return 0


def classify(texts: Sequence[str]) -> list[Class]:
    """The class of each paragraph in order."""
    longs = [at for at, text in enumerate(texts) if _is_long(text)]
    first, last = (longs[0], longs[-1]) if longs else (len(texts), -1)
    found: list[Class] = []
    has_title = False
    for at, text in enumerate(texts):
        one = _by_phrase(text) or _by_form(text, at, len(texts), texts)
        if one is None:
            one = _by_place(text, at, first, last) if longs else CONTENT
            if one.is_title and has_title:
                one = Class(Reason.HEADING, "remains.heading")
            has_title = has_title or one.is_title
        found.append(one)
    return found


def _is_long(text: str) -> bool:
    return len(text) >= _LONG_CHARS or (len(text) >= 60 and _END.search(text) is not None)


def _by_phrase(text: str) -> Class | None:
    if len(text) > max(_LOOSE_CHARS.values()):
        return None
    folded = _fold(text)
    if folded.partition(" ")[0] not in _FIRST_WORDS:
        return None
    for reason, phrases in _FOLDED.items():
        loose = _LOOSE_CHARS.get(reason, _LOOSE_DEFAULT)
        for phrase in phrases:
            if folded == phrase or (folded.startswith(phrase + " ") and _is_loose(folded, phrase, loose)):
                return Class(reason, "remains.phrase")
    return None


def _is_loose(folded: str, phrase: str, loose: int) -> bool:
    """Whether what follows the phrase may still belong to it; a single word must stand alone."""
    return " " in phrase and len(folded) - len(phrase) <= loose


def _by_form(text: str, at: int, count: int, texts: Sequence[str]) -> Class | None:
    """A dateline, a byline or a menu, told by its own form."""
    if at + 1 < count and find_dateline(text + " " + "x" * 60) >= len(text) and len(texts[at + 1]) > 40:
        return Class(Reason.DATELINE, "remains.dateline")
    is_outer = at < 4 or at >= count - 8
    if len(text) <= _BYLINE_CHARS and is_outer and _END.search(text) is None and _is_byline(text):
        return Class(Reason.BYLINE, "remains.byline")
    if len(text) <= 400 and _END.search(text) is None and _is_menu(text):
        return Class(Reason.MENU, "remains.menu")
    return None


def _is_byline(text: str) -> bool:
    if _BYLINE_START.match(text):
        return True
    return _BYLINE_WORD.search(text) is not None and re.search(r"[–—\-,،]", text) is not None


def _is_menu(text: str) -> bool:
    words = _fold(text).split()
    if not words:
        return False
    sections = sum(1 for word in words if word in _FOLDED_SECTIONS)
    # Words run into each other where the links of a menu stood without a space between.
    if _GLUED.search(text) and sections:
        return True
    if len(_SEPARATORS.findall(text)) >= 3 and len(words) <= 40 and sections:
        return True
    return sections >= 2 and sections * 2 >= len(words)


def _by_place(text: str, at: int, first: int, last: int) -> Class:
    is_short = len(text) <= _SHORT_CHARS and _NO_HEADING_END.search(text) is None
    if first <= at <= last:
        return Class(Reason.HEADING, "remains.heading") if is_short and at not in (first, last) else CONTENT
    if at < first:
        return Class(is_title=True) if len(text) <= 2 * _SHORT_CHARS else CONTENT
    return Class(Reason.OTHER, "remains.after_end") if is_short else CONTENT
