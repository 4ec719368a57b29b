"""Addresses that a node may listen on or call.

Spec: docs/spec 8.1.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from mithaq.errors import RefusedError

_BASE_URL = re.compile(r"https?://[a-z0-9.\-\[\]:]{1,255}(?:/[A-Za-z0-9._~-]{1,64}){0,8}", re.ASCII)


def is_loopback(host: str) -> bool:
    """Whether an address is in 127.0.0.0/8 or ::1, or the name ``localhost``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_base_url(url: str) -> None:
    """Checks the address of a node: ``https://host[:port][/path]``, lower case, no slash at the end.

    Raises:
        RefusedError: ``base_url``, not of that form; ``plain_http``, ``http`` to another than a
            loopback address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedError("base_url", "The address of a node cannot be read.") from error
    if _BASE_URL.fullmatch(url) is None or not host or port == 0:
        raise RefusedError("base_url", "The address of a node is https://host[:port][/path] in lower case.")
    if parts.scheme == "http" and not is_loopback(host):
        raise RefusedError("plain_http", "Plain HTTP is for loopback addresses alone.")
