"""Reading a log over HTTP as anybody can: no key, no roster, no trust in who serves it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import httpx

from mithaq.errors import MalformedError, MissingError, UnavailableError

MAX_BYTES: Final = 1_048_576
TIMEOUT_S: Final = 30.0


@contextmanager
def remote_log(url: str) -> Iterator[Callable[[str], bytes]]:
    """A reader of the log under a prefix, as ``https://node.example/log``; follows no redirect.

    The certificate of the server is not judged: what is read proves itself by the key of the log.
    """
    with httpx.Client(verify=False, trust_env=False, timeout=TIMEOUT_S) as client:
        yield lambda path: _get(client, f"{url.rstrip('/')}/{path}")


def _get(client: httpx.Client, address: str) -> bytes:
    try:
        with client.stream("GET", address) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise MissingError("not_found", f"{address}: there is none")
            if answer.status_code != httpx.codes.OK:
                raise UnavailableError("partner_problem", f"{address}: answered {answer.status_code}")
            return _read(answer, address)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UnavailableError("partner_unreachable", f"{address} cannot be read: {error}") from error


def _read(answer: httpx.Response, address: str) -> bytes:
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > MAX_BYTES:
            raise MalformedError("answer_too_large", f"{address}: is over {MAX_BYTES} bytes")
    return bytes(data)
