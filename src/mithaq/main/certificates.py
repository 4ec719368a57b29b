"""The node's own certificate authority and the certificates of its server and its client.

ECDSA P-256, since browsers take no Ed25519. The keys stay when certificates are renewed, so that what
partners have pinned stays true.

Spec: docs/spec 6.1, 8.1.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mithaq.adapters.durable import PUBLIC_FILE, disk_errors, replace_file
from mithaq.adapters.keystore.key_files import load_secret, make_key_folder, store_secret
from mithaq.errors import MalformedError
from mithaq.main.home import Home
from mithaq.node.checks import WARN_DAYS
from mithaq.node.node import Identity
from mithaq.node.ports import Clock, Entropy

AUTHORITY_DAYS = 5 * 365
CERTIFICATE_DAYS = 90
_BACKDATED = timedelta(minutes=5)
"""Partners' clocks may be behind."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SERIAL_BYTES = 16
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that may issue."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_certificates(home: Home, identity: Identity, clock: Clock, entropy: Entropy) -> None:
    """Makes the authority, three keys and both certificates under ``tls/``.

    Raises:
        ConflictError: ``key_exists``.
        MalformedError: ``base_url``; its host can be no name in a certificate.
        UnavailableError: ``disk``.
    """
    make_key_folder(home.tls)
    for path in (home.tls_ca_key, home.server_certificate.key_file, home.client_certificate.key_file):
        store_secret(path, _make_key_pem(entropy))
    authority_key = _load_key(home.tls_ca_key)
    certificate = _issue_authority(identity, authority_key, clock.now(), entropy)
    replace_file(home.tls_ca, certificate.public_bytes(Encoding.PEM), PUBLIC_FILE)
    renew_certificates(home, identity, clock, entropy)


def renew_certificates(home: Home, identity: Identity, clock: Clock, entropy: Entropy) -> None:
    """Issues both certificates anew for 90 days, for the keys that are there.

    Raises:
        MissingError, RefusedError: a key or the authority is missing or open to others.
        MalformedError: ``tls_files``; ``base_url``.
        UnavailableError: ``disk``.
    """
    authority = load_authority(home)
    now = clock.now()
    server, client = home.server_certificate, home.client_certificate
    names = x509.SubjectAlternativeName(_alternative_names(identity.base_url))
    for files, usage, extra in (
        (server, ExtendedKeyUsageOID.SERVER_AUTH, names),
        (client, ExtendedKeyUsageOID.CLIENT_AUTH, None),
    ):
        key = _load_key(files.key_file)
        builder = _start_builder(
            f"{identity.code} {usage._name}", key.public_key(), now, CERTIFICATE_DAYS, entropy
        )
        issued = _issue_leaf(builder, authority, usage, extra)
        replace_file(files.chain_file, issued.public_bytes(Encoding.PEM), PUBLIC_FILE)


def renew_before_end(home: Home, identity: Identity, clock: Clock, entropy: Entropy) -> bool:
    """Renews both certificates when one ends within ``WARN_DAYS``; whether that was done.

    What another authority has issued, or a home without the key of its own, is left as it is.

    Raises:
        RefusedError: a key is open to others.
        MalformedError: ``tls_files``; ``base_url``.
        UnavailableError: ``disk``.
    """
    files = [home.server_certificate.chain_file, home.client_certificate.chain_file]
    bound = clock.now() + timedelta(days=WARN_DAYS)
    if not home.tls_ca_key.exists() or all(expires_at(file) >= bound for file in files):
        return False
    authority = load_authority(home).certificate
    if not all(_is_issued_by(authority, file) for file in files):
        return False
    renew_certificates(home, identity, clock, entropy)
    return True


def _is_issued_by(authority: x509.Certificate, certificate_file: Path) -> bool:
    with disk_errors():
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def load_authority(home: Home) -> Authority:
    """The own authority.

    Raises:
        MissingError, RefusedError: as ``load_secret``.
        MalformedError: ``tls_files``.
    """
    try:
        with disk_errors():
            certificate = x509.load_pem_x509_certificate(home.tls_ca.read_bytes())
    except ValueError as error:
        raise MalformedError("tls_files", "The certificate of the authority cannot be read.") from error
    return Authority(certificate, _load_key(home.tls_ca_key))


def hash_client_spki(home: Home) -> str:
    """Hex SHA-256 of the client certificate's SubjectPublicKeyInfo: what partners pin.

    Raises:
        MissingError, RefusedError, MalformedError: as ``load_authority``.
    """
    public = _load_key(home.client_certificate.key_file).public_key()
    return sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def expires_at(certificate_file: Path) -> datetime:
    """When a certificate ends (aware UTC), for warnings at 30, 7 and 1 days.

    Raises:
        MalformedError: ``tls_files``.
        UnavailableError: ``disk``.
    """
    try:
        with disk_errors():
            return x509.load_pem_x509_certificate(certificate_file.read_bytes()).not_valid_after_utc
    except ValueError as error:
        raise MalformedError("tls_files", "A certificate cannot be read.") from error


def check_authority(pem: str) -> x509.Certificate:
    """Reads one authority certificate of a partner.

    Raises:
        MalformedError: ``tls_ca``; not one PEM certificate, or not one of an authority.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, x509.ExtensionNotFound) as error:
        raise MalformedError("tls_ca", "A certificate of an authority cannot be read.") from error
    if pem.count("-----BEGIN") != 1 or not constraints.ca:
        raise MalformedError("tls_ca", "The certificate is not one of an authority.")
    return certificate


def _make_key_pem(entropy: Entropy) -> bytes:
    # 24 bytes more than the order has keep the rest of the division even.
    number = int.from_bytes(entropy.random_bytes(56), "big") % (_P256_ORDER - 1) + 1
    key = ec.derive_private_key(number, ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(load_secret(path), None)
    except (ValueError, TypeError):
        raise MalformedError("tls_files", "A key of the certificates cannot be read.") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise MalformedError("tls_files", "A key of the certificates is of another kind.")
    return key


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _start_builder(
    name: str, public: ec.EllipticCurvePublicKey, now: datetime, days: int, entropy: Entropy
) -> x509.CertificateBuilder:
    serial = int.from_bytes(entropy.random_bytes(_SERIAL_BYTES), "big") >> 1 | 1
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _issue_authority(
    identity: Identity, key: ec.EllipticCurvePrivateKey, now: datetime, entropy: Entropy
) -> x509.Certificate:
    name = f"{identity.code} node authority"
    builder = _start_builder(name, key.public_key(), now, AUTHORITY_DAYS, entropy).issuer_name(_name(name))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_key_usage(is_authority=True), critical=True).sign(key, SHA256())


def _issue_leaf(
    builder: x509.CertificateBuilder,
    authority: Authority,
    usage: x509.ObjectIdentifier,
    names: x509.SubjectAlternativeName | None,
) -> x509.Certificate:
    issuer = authority.certificate
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        builder.issuer_name(issuer.subject)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return builder.sign(authority.key, SHA256())


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names(base_url: str) -> list[x509.GeneralName]:
    """The host of the address; all loopback names when it is one of them."""
    host = urlsplit(base_url).hostname or ""
    hosts = _LOOPBACK_NAMES if host in _LOOPBACK_NAMES else (host,)
    return [_general_name(name) for name in hosts]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host)
    except ValueError as error:
        raise MalformedError(
            "base_url_host", "The host of the address can be no name in a certificate."
        ) from error
