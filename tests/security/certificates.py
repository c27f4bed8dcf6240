"""Certificates for the tests, made anew each time: of 127.0.0.1, and of clients by an authority of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Files of a certificate of this machine, signed by itself, and its key."""
    key = make_key()
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = _begin("127.0.0.1", "127.0.0.1", key).add_extension(address, critical=False)
    return _write(folder, "chain", builder.add_extension(_AUTHORITY, critical=True).sign(key, hashes.SHA256()), key)


def write_authority(folder: Path) -> tuple[Path, Key]:
    """The file of an authority's certificate, and the key that it signs with."""
    key = make_key()
    builder = _begin("Clients", "Clients", key).add_extension(_AUTHORITY, critical=True)
    return _write(folder, "clients-ca", builder.sign(key, hashes.SHA256()), key)[0], key


def write_client(folder: Path, name: str, authority: Key) -> tuple[Path, Path]:
    """Files of a client's certificate and key; its CN is `name`."""
    key = make_key()
    return _write(folder, f"client-{name}", _begin(name, "Clients", key).sign(authority, hashes.SHA256()), key)


def make_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


_AUTHORITY = x509.BasicConstraints(ca=True, path_length=0)


def _begin(subject: str, issuer: str, key: Key) -> x509.CertificateBuilder:
    """Good from an hour ago for a day."""
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(_name(issuer), _name(subject), key.public_key(), x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))


def _name(common_name: str) -> x509.Name:
    parts = {NameOID.ORGANIZATION_NAME: "Synthetic", NameOID.COMMON_NAME: common_name}
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])


def _write(folder: Path, name: str, certificate: x509.Certificate, key: Key) -> tuple[Path, Path]:
    chain, secret = folder / f"{name}.pem", folder / f"{name}-key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, secret
