"""The threads of the server: a few do all the work, all of them are there for a rush."""

import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mithaq.adapters.http.server import HttpServer, ServerSettings

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@contextmanager
def serving(app: App, threads: int) -> Iterator[tuple[str, int]]:
    server = HttpServer(app, ServerSettings("127.0.0.1", 0, threads=threads, drain_s=2))
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


def ask(address: tuple[str, int]) -> bytes:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request("GET", "/")
    body = connection.getresponse().read()
    connection.close()
    return body


def test_requests_one_after_the_other_meet_the_same_few_threads() -> None:
    def tell_thread(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", "16")])
        return [b"%016x" % threading.get_ident()]

    with serving(tell_thread, threads=16) as address:
        # The next request may come before the last thread is back in its place, on a busy machine often.
        assert len({ask(address) for _ in range(64)}) <= 8


def test_all_threads_answer_at_once() -> None:
    everyone = threading.Barrier(8, timeout=10)

    def meet(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        everyone.wait()
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with serving(meet, threads=8) as address:
        bodies: list[bytes] = []
        askers = [threading.Thread(target=lambda: bodies.append(ask(address))) for _ in range(16)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(20)
    assert bodies == [b"ok"] * 16
