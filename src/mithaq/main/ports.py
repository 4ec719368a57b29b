"""Free ports on loopback for nodes that this program starts itself (demo, bench)."""

import socket

from mithaq.errors import UnavailableError

FIRST_PORT = 8001
HOST = "127.0.0.1"

_claims: list[socket.socket] = []
"""What this process claimed; the kernel drops it with the process."""


def find_ports(count: int) -> list[int]:
    """Free ports on loopback, the lowest from 8001 up, claimed until this process ends.

    A node binds its port only later, so two demonstrations started together would else find the same.

    Raises:
        UnavailableError: ``no_port``.
    """
    found: list[int] = []
    port = FIRST_PORT
    while len(found) < count:
        if port > 65_535:
            raise UnavailableError("no_port", "no port is free on this machine")
        if _is_free(port) and _claim(port):
            found.append(port)
        port += 1
    return found


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _claim(port: int) -> bool:
    """Take the name of a port: an abstract socket, which leaves no file and ends with the process."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0mithaq-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True
