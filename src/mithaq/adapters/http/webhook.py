"""A call of the webhook that the settings name: TLS verified, no redirect, no proxy, 5 seconds."""

from typing import Final

import httpx

from mithaq.errors import UnavailableError

TIMEOUT_S: Final = 5.0


def post_webhook(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a body; gives the status of the answer, whose own body is not read.

    Raises:
        UnavailableError: ``webhook``; nobody answered in time.
    """
    try:
        with (
            httpx.Client(trust_env=False, timeout=TIMEOUT_S, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            return int(answer.status_code)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UnavailableError("webhook", f"the webhook did not answer: {type(error).__name__}") from error
