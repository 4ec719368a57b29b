"""An authority that lives for one test run, and certificates by it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mithaq.adapters.http.tls import Certificate, hash_spki


def make_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """One authority: ``pem`` goes on rosters, ``issue`` writes files."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = make_name(name)
        certificate = self._build(self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self._certificate = certificate.sign(self._key, SHA256())
        self.pem = self._certificate.public_bytes(Encoding.PEM).decode()

    def _build(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, is_over: bool = False
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC) - (timedelta(hours=3) if is_over else timedelta(0))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
        )

    def issue(self, folder: Path, name: str, *, is_over: bool = False) -> tuple[Certificate, str]:
        """Files of a certificate for 127.0.0.1, and the pin of its key; ``is_over``: one that has ended."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName(
            [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
        )
        builder = self._build(make_name(name), key, is_over=is_over).add_extension(names, critical=False)
        certificate = builder.sign(self._key, SHA256())
        chain_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
        chain_file.write_bytes(certificate.public_bytes(Encoding.PEM))
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return Certificate(chain_file, key_file), hash_spki(certificate.public_bytes(Encoding.DER))
