"""Passkeys of administrators that prove their make: a chain to a root that this administration trusts.

Where roots are named (``roots_file``), only such passkeys count for who administers; of others nothing is
asked. A file that is named and cannot be read trusts nobody: then no administrator enrols a key.

Spec: trust 8, "Login"; W3C WebAuthn, Attestation.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from fido2.attestation.base import AttestationVerifier, InvalidAttestation, InvalidSignature
from fido2.webauthn import RegistrationResponse

CONVEYANCE: Final = "direct"
"""What the browser is asked for: the statement as the key has made it."""


def asked_roots() -> tuple[bytes, ...] | None:
    """DER of the roots that this node trusts; None where it asks for none."""
    pem: bytes | None = settings.MITHAQ_PASSKEY_ROOTS
    return None if pem is None else _read_roots(pem)


@lru_cache(4)
def _read_roots(pem: bytes) -> tuple[bytes, ...]:
    try:
        return tuple(each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(pem))
    except ValueError:
        return ()


def is_attested(credential: Mapping[str, Any], roots: Sequence[bytes]) -> bool:
    """Whether a registration carries a statement that leads to one of the roots, and fits its key.

    Args:
        credential: as the browser gave it at enrolment.
        roots: DER of certificates.
    """
    try:
        return _verify(orjson.dumps(credential), tuple(roots))
    except TypeError:  # it holds what no browser sends
        return False


@lru_cache(256)
def _verify(credential: bytes, roots: tuple[bytes, ...]) -> bool:
    """Kept, for each page of who administers asks for two, and no day changes the answer."""
    try:
        response = RegistrationResponse.from_dict(orjson.loads(credential)).response
        _Verifier(roots).verify_attestation(response.attestation_object, response.client_data.hash)
    except (InvalidAttestation, InvalidSignature, KeyError, TypeError, ValueError, NotImplementedError):
        return False
    return True


class _Verifier(AttestationVerifier):
    def __init__(self, roots: Sequence[bytes]) -> None:
        super().__init__()
        self._roots = tuple(roots)

    def ca_lookup(self, attestation_result: Any, auth_data: Any) -> bytes | None:
        """The root that is named as issuer; none for a key that vouches for itself."""
        path = attestation_result.trust_path
        if not path:
            return None
        issuer = _load(path[-1]).issuer
        return next((root for root in self._roots if _load(root).subject == issuer), None)


@lru_cache(64)
def _load(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)
