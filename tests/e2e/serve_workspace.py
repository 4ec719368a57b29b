"""A process that serves the workspace of a home to tests: prints its address, serves until its input ends.

    python tests/e2e/serve_workspace.py HOME

It reads alone: nothing is appended.
"""

import sys
import threading
from pathlib import Path


def serve(home: Path) -> None:
    """Set up, tell, and answer until the input ends."""
    from mithaq.main.wiring.setup import setup

    setup(home)
    from cheroot.wsgi import Server
    from django.core.wsgi import get_wsgi_application

    from mithaq.main.cli.homes import NoSigner
    from mithaq.main.wiring.build import open_node
    from mithaq.web.runtime import set_node

    set_node(open_node(home, NoSigner()))
    server = Server(("127.0.0.1", 0), get_wsgi_application(), numthreads=4)
    server.prepare()
    threading.Thread(target=server.serve, daemon=True).start()
    print(f"http://127.0.0.1:{server.bind_addr[1]}", flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
