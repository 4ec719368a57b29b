"""Words of the command line in its three languages. Codes and keys are never translated."""

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "error": {"en": "error", "fr": "erreur", "ar": "خطأ"},
    "kept": {"en": "Kept", "fr": "Conservé", "ar": "المحفوظ"},
    "do": {"en": "Do", "fr": "À faire", "ar": "المطلوب"},
    "kept_nothing_sent": {
        "en": "nothing was sent or changed.",
        "fr": "rien n'a été envoyé ni modifié.",
        "ar": "لم يُرسَل شيء ولم يُغيَّر شيء.",
    },
    "kept_nothing_stored": {
        "en": "nothing was stored.",
        "fr": "rien n'a été enregistré.",
        "ar": "لم يُخزَّن شيء.",
    },
    "kept_unknown": {
        "en": "the record holds whole acts only; the last one may or may not be in it.",
        "fr": "le registre ne contient que des actes entiers ; le dernier peut y figurer ou non.",
        "ar": "لا يحوي السجل إلا أعمالا كاملة، وقد يكون الأخير فيه أو لا يكون.",
    },
    "kept_all": {
        "en": "everything that was there before.",
        "fr": "tout ce qui existait auparavant.",
        "ar": "كل ما كان موجودا من قبل.",
    },
    "colon": {"en": ":", "fr": "\u00a0:", "ar": ":"},
    "do_input": {
        "en": "correct the input and run the command again.",
        "fr": "corrigez l'entrée et relancez la commande.",
        "ar": "صحّح المدخلات ثم أعد تنفيذ الأمر.",
    },
    "do_find": {
        "en": "check the name or the id; the list commands show what is here.",
        "fr": "vérifiez le nom ou l'identifiant ; les commandes list montrent ce qui existe ici.",
        "ar": "تحقق من الاسم أو المعرّف، وأوامر list تعرض الموجود هنا.",
    },
    "do_state": {
        "en": "look at the present state, then decide again.",
        "fr": "consultez l'état actuel, puis décidez à nouveau.",
        "ar": "اطلع على الحالة الراهنة ثم قرر من جديد.",
    },
    "do_rights": {
        "en": "use a post that has the right, or ask who has it.",
        "fr": "utilisez un poste habilité, ou demandez à qui l'est.",
        "ar": "استعمل منصبا مخوّلا، أو اطلب ذلك ممن له الصلاحية.",
    },
    "do_later": {
        "en": "try again later; mithaq node doctor says what is wrong.",
        "fr": "réessayez plus tard ; mithaq node doctor indique ce qui ne va pas.",
        "ar": "أعد المحاولة لاحقا، و mithaq node doctor يبيّن الخلل.",
    },
    "do_usage": {
        "en": "see the same command with --help.",
        "fr": "voyez la même commande avec --help.",
        "ar": "انظر الأمر نفسه مع --help.",
    },
    "do_damage": {
        "en": "keep the copy as it is, and get another from its author; do not rely on this one.",
        "fr": "gardez la copie telle quelle et demandez-en une autre ; ne vous fiez pas à celle-ci.",
        "ar": "احتفظ بالنسخة كما هي واطلب غيرها من صاحبها، ولا تعتمد على هذه.",
    },
    "do_own_damage": {
        "en": "stop the node, keep its folder as it is, and restore a backup; partners hold its entries.",
        "fr": "arrêtez le nœud, gardez son dossier tel quel et restaurez une sauvegarde.",
        "ar": "أوقف العقدة واحتفظ بمجلدها كما هو واسترجع نسخة احتياطية.",
    },
    "do_rebuild": {
        "en": "run: mithaq rebuild",
        "fr": "lancez : mithaq rebuild",
        "ar": "نفّذ: mithaq rebuild",
    },
    "do_report": {
        "en": "run it again with --debug and report what it shows.",
        "fr": "relancez avec --debug et signalez ce qui s'affiche.",
        "ar": "أعد التنفيذ مع --debug وأبلغ عمّا يظهر.",
    },
    "do_wait_cosign": {
        "en": "wait until a partner has pulled it, or run: mithaq sync",
        "fr": "attendez qu'un partenaire l'ait relevé, ou lancez : mithaq sync",
        "ar": "انتظر حتى يسحبه شريك، أو نفّذ: mithaq sync",
    },
    "do_init": {
        "en": "make a node with mithaq node init, or name another folder with --home.",
        "fr": "créez un nœud avec mithaq node init, ou indiquez un autre dossier avec --home.",
        "ar": "أنشئ عقدة بالأمر mithaq node init، أو سمِّ مجلدا آخر بـ --home.",
    },
    "do_enrol": {
        "en": "the partner does not know this node yet: send it your card (mithaq node card), and wait.",
        "fr": "le partenaire ne connaît pas encore ce nœud : envoyez-lui votre carte (mithaq node card).",
        "ar": "لا يعرف الشريك هذه العقدة بعد: أرسل إليه بطاقتك (mithaq node card) وانتظر.",
    },
    "do_fingerprint": {
        "en": "do not use this card; ask the partner, by voice, for its fingerprint and for the card again.",
        "fr": "n'utilisez pas cette carte ; redemandez de vive voix au partenaire l'empreinte et la carte.",
        "ar": "لا تستعمل هذه البطاقة، واطلب من الشريك مشافهة بصمته وبطاقته من جديد.",
    },
    "hint_in_force": {
        "en": "A version of this text is in force, and stays so until this one enters into force.",
        "fr": "Une version est en vigueur ; elle le reste jusqu'à l'entrée en vigueur de celle-ci.",
        "ar": "توجد صيغة نافذة من هذا النص، وتبقى نافذة إلى أن يوقّع الجميع هذه الصيغة وتدخل حيز النفاذ.",
    },
    "source_again": {
        "en": "These bytes were taken in before. Said anew:",
        "fr": "Ces octets avaient déjà été versés. Nouveau :",
        "ar": "هذه البايتات أُدخلت من قبل. الجديد:",
    },
    "nothing_new": {"en": "nothing.", "fr": "rien.", "ar": "لا شيء."},
    "ask_go_on": {"en": "Go on?", "fr": "Continuer ?", "ar": "هل نتابع؟"},
    "not_sent": {"en": "Nothing was sent.", "fr": "Rien n'a été envoyé.", "ar": "لم يُرسَل شيء."},
    "preview": {"en": "Preview", "fr": "Aperçu", "ar": "معاينة"},
}


def say(key: str, lang: str) -> str:
    """A word or sentence in a language; English where a translation is missing."""
    entry = WORDS[key]
    return entry.get(lang, entry["en"])
