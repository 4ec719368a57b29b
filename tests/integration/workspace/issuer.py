"""An issuer of the tests: answers as OpenID Connect wants, for whoever it is told to name."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

CLIENT = "mithaq-tests"
SECRET = "a secret of the tests, long enough"


@dataclass
class Issuer:
    """Attributes: ``subject`` and ``acr`` of the next answer; ``asked`` holds the forms sent for tokens."""

    address: str = ""
    subject: str = "sub-1"
    acr: str = "eidas2"
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, body: str) -> dict[str, Any]:
        if path.endswith("/.well-known/openid-configuration"):
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path.endswith("/token"):
            self.asked.append(body)
            return {"access_token": "at", "token_type": "Bearer", "id_token": self._token()}
        return {"sub": self.subject}

    def _token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 60,
            "acr": self.acr,
        }
        return jwt.encode(claims, SECRET, algorithm="HS256")


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            data = json.dumps(issuer.answer(self.path, self.rfile.read(length).decode())).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
