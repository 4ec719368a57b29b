"""The page where a person chooses to be told by mail."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.web.accounts.models import User
from mithaq.web.digest.models import MailChoice
from mithaq.web.kept import forget_form, kept_values
from mithaq.web.view import SIGNED_IN, page, workspace_page


class MailForm(forms.Form):
    """Where to; without an address no mail is sent."""

    address = forms.EmailField(
        label=_("Address for one mail a day, when something waits"),
        help_text=_("The mail tells how much waits and has a link, never a title, a name or a text."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )


@workspace_page(SIGNED_IN, ("GET", "POST"))
def choose_mail(request: HttpRequest) -> HttpResponseBase:
    """Choose, change or end the mail."""
    assert isinstance(request.user, User)
    kept = MailChoice.objects.filter(user=request.user).first()
    form = MailForm(
        request.POST or None,
        initial={"address": kept.address if kept else "", **kept_values(request)},
    )
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        if address:
            MailChoice.objects.update_or_create(user=request.user, defaults={"address": address})
        else:
            MailChoice.objects.filter(user=request.user).delete()
        forget_form(request)
        return HttpResponseRedirect(reverse("account"))
    context = {"form": form, "has_server": settings.MITHAQ_MAIL_HOUR is not None}
    return page(request, "digest/mail.html", {**context, "cancel_url": reverse("account")})
