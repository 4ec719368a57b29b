"""Pages of factors that need more than allauth gives them: the code to scan, without an image file."""

from typing import Any

import qrcode
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView

from mithaq.web.accounts.attestation import CONVEYANCE
from mithaq.web.accounts.enrolment import asks_for_make


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """A new passkey; who administers is asked for one that proves its make, where the node wants that."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if asks_for_make(self.request.user):
            options = context["js_data"]["creation_options"]
            options["publicKey"] = {**options["publicKey"], "attestation": CONVEYANCE}
        return context


QUIET_ZONE = 4
"""Modules of white around the code, as its standard asks."""


class ActivateCodes(ActivateTOTPView):  # type: ignore[misc]
    """The secret as a code to scan and as text to type."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        size, path = draw_code(context["totp_url"])
        secret = context["form"].secret
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return {**context, "code_size": size, "code_path": path, "secret": " ".join(groups)}


def draw_code(text: str) -> tuple[int, str]:
    """(side in modules, path of the dark ones) of a QR code, for inline SVG.

    Spec: ISO/IEC 18004.
    """
    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    runs = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return len(rows), "".join(runs)
