"""TLS 1.3 for both ends: contexts that trust the roster and nothing else.

The store of the operating system is never asked: a partner's server is checked against that
partner's own list, a client certificate against the lists of all partners, and then against the pin
of the one who signed the request (``web.exchange.authentication``).

Spec: docs/spec 8.1.
"""

import ssl
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mithaq.adapters.http.certificate import Certificate
from mithaq.errors import MalformedError

CLIENT_SPKI_KEY: Final = "mithaq.client_spki_sha256"
"""WSGI environ: hex SHA-256 of the SPKI of the client's verified certificate; absent without one."""


def make_server_context(own: Certificate, client_authorities: Iterable[str]) -> ssl.SSLContext:
    """TLS 1.3 alone; asks for a client certificate, takes none, refuses one it cannot verify.

    Args:
        own: of this node.
        client_authorities: PEM texts, the ``tls_ca`` of every partner; with none no certificate is asked for.

    Raises:
        MalformedError: ``tls_files`` or ``tls_authorities``.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _restrict(context)
    # A resumed session would carry the certificate of a partner that may be off the roster by now.
    context.num_tickets = 0
    _load_own(context, own)
    authorities = list(client_authorities)
    if authorities:
        context.verify_mode = ssl.CERT_OPTIONAL
        _load_authorities(context, authorities)
    return context


def make_client_context(authorities: Iterable[str], own: Certificate | None) -> ssl.SSLContext:
    """TLS 1.3 alone; the server must have its name and chain from ``authorities``.

    Args:
        authorities: PEM texts, the ``tls_ca`` of the one partner that is called.
        own: sent when the server asks.

    Raises:
        MalformedError: ``tls_files``; or ``tls_authorities``, none or not PEM.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _restrict(context)
    _load_authorities(context, list(authorities))
    if own is not None:
        _load_own(context, own)
    return context


def _restrict(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # A roster may name an intermediate authority, which then is the anchor.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN


def _load_own(context: ssl.SSLContext, own: Certificate) -> None:
    try:
        context.load_cert_chain(own.chain_file, own.key_file)
    except (OSError, ssl.SSLError) as error:
        raise MalformedError("tls_files", "The certificate or its key cannot be used.") from error


def _load_authorities(context: ssl.SSLContext, authorities: list[str]) -> None:
    try:
        context.load_verify_locations(cadata="\n".join(authorities))
    except (ValueError, ssl.SSLError) as error:
        raise MalformedError("tls_authorities", "The list of authorities is empty or not PEM.") from error


def hash_spki(certificate: bytes) -> str:
    """Hex SHA-256 of the SubjectPublicKeyInfo of a certificate: what a roster pins.

    Args:
        certificate: DER.

    Raises:
        MalformedError: ``certificate``.
    """
    try:
        public = x509.load_der_x509_certificate(certificate).public_key()
        return sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("certificate", "The certificate cannot be read.") from error
