"""How a form of Django is laid out: at most seven fields first, the rest in named groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise

from mithaq.web.api.error_families import FAMILIES

NOT_TAKEN = "invalid_input"
"""Code of an input that was read and is not what its field takes, as in the API."""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields behind a ``<details>``; open where there is an error or a changed value."""

    label: Promise | str
    fields: tuple[BoundField, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class FormLayout:
    """A form in the order of its page.

    Attributes:
        errors: (id of the field, field, message).
        codes: of its errors, each once: of the error tree, ``NOT_TAKEN`` for what a field alone refuses.
    """

    first: tuple[BoundField, ...]
    groups: tuple[FieldGroup, ...]
    hidden: tuple[BoundField, ...]
    errors: tuple[tuple[str, BoundField | None, str], ...]
    codes: tuple[str, ...]


def lay_out(form: forms.BaseForm) -> FormLayout:
    """The layout of a form; ``form.groups`` names its groups as (label, field names)."""
    named = getattr(form, "groups", ())
    grouped = {name for _, names in named for name in names}
    first = tuple(field for field in form.visible_fields() if field.name not in grouped)
    groups = tuple(_group(form, label, names) for label, names in named)
    return FormLayout(first, groups, tuple(form.hidden_fields()), tuple(_errors(form)), codes_of(form))


def add_refusal(form: forms.BaseForm, code: str, words: Promise | str, field: str | None = None) -> None:
    """Tell at a form, or at a field of it, what was refused: in words, and under its stable code."""
    form.add_error(field, forms.ValidationError(str(words), code=code))


def codes_of(form: forms.BaseForm) -> tuple[str, ...]:
    """The stable codes of what is wrong with a form, as API and error pages name them."""
    found = [str(error.code) for errors in form.errors.as_data().values() for error in errors]
    return tuple(dict.fromkeys(code if code in FAMILIES else NOT_TAKEN for code in found))


def _group(form: forms.BaseForm, label: Promise | str, names: tuple[str, ...]) -> FieldGroup:
    fields = tuple(form[name] for name in names if name in form.fields)
    is_open = any(field.errors or (form.is_bound and field.name in form.changed_data) for field in fields)
    return FieldGroup(label, fields, is_open)


def _errors(form: forms.BaseForm) -> Iterator[tuple[str, BoundField | None, str]]:
    """(id of the field, field, message); of the whole form first."""
    for message in form.non_field_errors():
        yield "", None, str(message)
    for field in (*form.visible_fields(), *form.hidden_fields()):
        for message in field.errors:
            yield field.id_for_label or field.auto_id, field, str(message)


def widget_attributes(field: BoundField) -> dict[str, str | bool]:
    """Classes, directions and descriptions that a widget needs to stand in a page of the shell."""
    widget = field.field.widget
    classes = _widget_class(widget) + (" is-invalid" if field.errors else "")
    attributes: dict[str, str | bool] = {"class": classes}
    described = [f"{field.auto_id}-help"] if field.help_text else []
    if field.errors:
        attributes["aria-invalid"] = "true"
        described.append(f"{field.auto_id}-error")
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if isinstance(widget, forms.TextInput | forms.Textarea) and "dir" not in widget.attrs:
        is_code = isinstance(widget, forms.EmailInput | forms.URLInput | forms.NumberInput)
        attributes["dir"] = "ltr" if is_code else "auto"
    return attributes


def _widget_class(widget: forms.Widget) -> str:
    own = widget.attrs.get("class", "")
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"choices {own}".strip()  # Django sets it on each choice and on the frame around them
    if isinstance(widget, forms.CheckboxInput):
        return f"form-check-input {own}".strip()
    if isinstance(widget, forms.Select):
        return f"form-select {own}".strip()
    return f"form-control {own}".strip()
