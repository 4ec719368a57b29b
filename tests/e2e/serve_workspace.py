"""A process that serves the workspace of a home to tests: prints its address, serves until its input ends.

    python tests/e2e/serve_workspace.py HOME

It reads alone: nothing is appended. Below ``failures/`` it answers as a node that is overrun or broken does.
"""

import sys
import threading
from pathlib import Path


def add_failures() -> None:
    """``failures/<status>/``: an error of each family that no page of a sound node leads to."""
    from django.conf.urls.i18n import i18n_patterns
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from mithaq.errors import MalformedError, MithaqError, RefusedError, UnavailableError
    from mithaq.main.urls import urlpatterns
    from mithaq.web.view import OPEN, workspace_page

    errors = {
        400: MalformedError("bad_request", "The request cannot be read."),
        422: RefusedError("not_signatory", "Not one of those who sign."),
        429: UnavailableError("too_many_open", "Too many requests are open.", 1),
        500: MithaqError("internal", "The node failed to answer."),
        503: UnavailableError("pdf_busy", "Others are being printed.", retry_after_s=5),
    }

    @workspace_page(verb=OPEN)
    def fail(request: HttpRequest, status: int) -> HttpResponse:
        raise errors[status]

    urlpatterns.extend(i18n_patterns(path("failures/<int:status>/", fail)))


def serve(home: Path) -> None:
    """Set up, tell, and answer until the input ends."""
    from mithaq.main.wiring.setup import setup

    setup(home)
    from cheroot.wsgi import Server
    from django.core.wsgi import get_wsgi_application

    from mithaq.main.cli.homes import NoSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.web.api import rates
    from mithaq.web.runtime import set_node

    rates.PAGE_BURST = 1_000_000  # the walker asks faster than a person

    add_failures()
    set_node(open_node(home, NoSigner()))
    server = Server(("127.0.0.1", 0), get_wsgi_application(), numthreads=4)
    server.prepare()
    threading.Thread(target=server.serve, daemon=True).start()
    print(f"http://127.0.0.1:{server.bind_addr[1]}", flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
