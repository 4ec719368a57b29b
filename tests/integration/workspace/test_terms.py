"""R40: a literal rendering of a shared term is told before it leaves, and left as it is."""

from typing import Any

from .samples import draft, make_request, writer


def test_r40_the_preview_names_the_agreed_term(office: Any) -> None:
    author = office.found("amina", "desk", "drafter")
    from mithaq.web.outgoing.preview import make_preview

    wording = {"ar": "التعاون في مجال الوقاية المدنية", "fr": "en particulier au Sahel et du désert"}
    made = draft(office, author, make_request(context=wording))
    shown = make_preview(office.node, made, writer(office, author).author())
    [warning] = [one for one in shown.warnings if one.lang == "fr"]
    assert (warning.field, warning.found) == ("context", "Sahel et du désert")
    assert warning.meant == "région sahélo-saharienne"
    assert [one.value for one in shown.fields if one.name == "context" and one.lang == "fr"] == [
        wording["fr"]
    ]
    page = office.browser("amina").get(f"/fr/outgoing/{made.pk}/").content.decode()
    assert "région sahélo-saharienne" in page
