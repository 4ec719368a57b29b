"""What holds for every text: exact places, one answer for the same bytes, no step that grows by squares."""

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import OWN, read, run, seed

from mithaq.errors import MithaqError
from mithaq.registers.sources.rules.accounts import report_topics
from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.reading import MAX_SOURCE_CHARS, read_source
from mithaq.registers.sources.rules.records import read_candidate, write_analysis

PIECES = st.sampled_from(
    [piece for text in OWN for piece in text.split()]
    + [
        "\n",
        "\n\n",
        ".",
        "«",
        "»",
        '"',
        "“",
        "”",
        "\u202e",
        "\u200f",
        "\u0640",
        "e\u0301",
        "<p>",
        "</p>",
        "<script>",
    ]
    + [
        "اتفق الجانبان على",
        "وزير الداخلية،",
        "الوزير الفرنسي",
        "قال",
        "بلاغ",
        "Back to top",
        "ministre",
        "M.",
        "\U0001f600",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=60).map(" ".join) | st.text(min_size=1, max_size=300)


def check(text: str, published: date | None) -> None:
    try:
        source = read_source(text.encode("utf-8", "surrogatepass"))
    except MithaqError:
        return
    analysis = analyse(source, published)
    again = analyse(read_source(text.encode()), published)
    reports = report_topics(source.text, analysis.paragraphs)
    assert write_analysis(analysis, reports) == write_analysis(again, reports)
    for one in analysis.assertions:
        assert one.exact == source.text[one.start : one.end]
        assert one.exact
        assert one.rule_id
        assert one.rule_version >= 1
    identities = [one.id for one in analysis.assertions]
    assert len(set(identities)) == len(identities)
    end = 0
    for paragraph in analysis.paragraphs:
        assert end <= paragraph.start < paragraph.end <= len(source.text)
        end = paragraph.end
    for report in reports:
        assert report.exact == source.text[report.start : report.end]
    for record in write_analysis(analysis, reports)["candidates"]:
        candidate = read_candidate(record)
        assert len(set(candidate.participants)) >= 2 or candidate.participants == ("gmmp",)
        for reason in candidate.reasons:
            assert source.text[reason["start"] : reason["end"]].startswith(str(reason["exact"])[:50])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS, st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_places_are_exact_and_the_answer_is_a_function_of_the_bytes(
    text: str, published: date | None
) -> None:
    check(text, published)


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_places_are_exact_in_the_real_texts(number: str) -> None:
    check(seed(number), None)
    check(seed(number), date(2025, 4, 14))


@pytest.mark.parametrize("text", OWN)
def test_places_are_exact_in_our_texts(text: str) -> None:
    check(text, date(2025, 3, 3))


HOSTILE = {
    "real": "\n\n".join(OWN[:-1]),
    "marks": '"a b c d e f" ',
    "openings": "« a ",
    "names": "Macron ",
    "roles": "le ministre français ",
    "Arabic roles": "وزير الداخلية، فلان بن فلان، ",
    "titles": "M. Ab ",
    "meetings": "rencontre Macron avec Laftit ",
    "verbs": "a reçu ",
    "communiqués": "communiqué ",
    "agreed": "les deux ministres ont convenu ",
    "capitals": "Ab ",
    "lines": "a b\n",
    "dates": "14 avril 2025, ",
    "scripts": "<script> a b c d e f g h i j ",
    "comments": "<p>a <!-- b c d e f g h i j k l m n o p q r s t ",
    "weekdays": "اليوم الإثنين، ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_longer_than_its_length(name: str) -> None:
    """Four times the text takes about four times as long; a step that grows by squares would take sixteen."""
    piece = HOSTILE[name]
    most = 39_000 if name == "lines" else 120_000
    most = 160_000 if piece.startswith("<") else most
    short, long = (piece * (length // len(piece)) for length in (most // 4, most))
    assert len(long) <= MAX_SOURCE_CHARS
    run(short[:2_000])
    times = []
    for text in (short, long):
        source = read(text)
        started = time.process_time()
        report_topics(source.text, analyse(source).paragraphs)
        times.append(time.process_time() - started)

    assert times[1] < 9 * times[0] + 0.3
