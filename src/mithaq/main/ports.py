"""Free ports on loopback for nodes that this program starts itself (demo, bench)."""

import socket

from mithaq.errors import UnavailableError

FIRST_PORT = 8001
HOST = "127.0.0.1"


def find_ports(count: int) -> list[int]:
    """Free ports on loopback, the lowest from 8001 up."""
    found: list[int] = []
    port = FIRST_PORT
    while len(found) < count:
        if _is_free(port):
            found.append(port)
        port += 1
        if port > 65_535:
            raise UnavailableError("no_port", "no port is free on this machine")
    return found


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
