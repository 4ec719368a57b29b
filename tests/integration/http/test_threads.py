"""The threads of the server: a few do all the work, all of them are there for a rush."""

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mithaq.adapters.http.server import HttpServer, ServerSettings
from tests.faults.nodes import wait_until

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@contextmanager
def serving(app: App, threads: int) -> Iterator[HttpServer]:
    server = HttpServer(app, ServerSettings("127.0.0.1", 0, threads=threads, drain_s=2))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def ask(server: HttpServer) -> bytes:
    connection = http.client.HTTPConnection(*server.address, timeout=10)
    connection.request("GET", "/", headers={"Connection": "close"})
    body = connection.getresponse().read()
    connection.close()
    return body


def test_requests_one_after_the_other_meet_the_same_thread() -> None:
    def tell_thread(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", "16")])
        return [b"%016x" % threading.get_ident()]

    met = set()
    with serving(tell_thread, threads=16) as server:
        for _ in range(64):
            wait_until(lambda: server.idle_threads == 16, "every thread to be back in its place")
            met.add(ask(server))
    assert len(met) == 1


def test_all_threads_answer_at_once() -> None:
    everyone = threading.Barrier(8, timeout=10)

    def meet(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        everyone.wait()
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with serving(meet, threads=8) as server:
        bodies: list[bytes] = []
        askers = [threading.Thread(target=lambda: bodies.append(ask(server))) for _ in range(16)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(20)
    assert bodies == [b"ok"] * 16
