"""A page that holds every new act is all that is fetched; whatever it hides or bends, the bundles tell."""

from typing import Any

from mithaq.core.types import LeafIndex, Origin

from .federation import World
from .moves import keep_private, make_note, send_note
from .network import Link


class WatchedLink(Link):
    """Notes what is asked for; may bend the first page."""

    def watch(self, bend: bytes = b"") -> "WatchedLink":
        self.asked: list[str] = []
        self.bend = bend
        return self

    def _call(self, name: str, *args: Any) -> Any:
        reply = super()._call(name, *args)
        self.asked.append(name)
        if name != "acts" or not self.bend:
            return reply
        old, self.bend = self.bend, b""
        return reply.replace(old, b"A" * len(old), 1)


def watch(world: World) -> WatchedLink:
    link = WatchedLink(world.network, "ma-mi", world["fr-mi"]).watch()
    world["ma-mi"].link = lambda code: link  # type: ignore[method-assign]
    world["ma-mi"].restart()
    return link


def test_acts_that_are_all_for_us_need_no_bundle_and_one_commit() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    world.settle()
    link = watch(world)
    france.append(*(make_note(world, france, "ma-mi") for _ in range(300)))
    before = morocco.store.followed.head(Origin(france.origin))
    link.watch()
    commits: list[tuple[int, int]] = []
    morocco.store.check_commit = lambda: commits.append(
        (
            morocco.store.followed.head(before.origin).verified_size,
            morocco.store.followed.head(before.origin).next_index,
        )
    )
    morocco.pull("fr-mi")
    assert link.asked.count("acts") == 1
    assert "tile" not in link.asked
    assert all(verified == applied for verified, applied in commits), "a head was stored without its acts"
    assert len(morocco.store.followed.bundle(before.origin, 0)) == 256 * 35
    world.settle()
    world.check_end()


def test_an_act_that_is_not_for_us_is_told_by_the_bundle() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    keep_private(world, france)
    send_note(world, france, "ma-mi")
    link = watch(world)
    morocco.pull("fr-mi")
    assert (link.asked.count("acts"), link.asked.count("tile")) == (1, 1)
    assert len(morocco.store.projections.notes()) == 2
    world.settle()
    world.check_end()


def test_a_bent_act_is_found_by_the_root_and_fetched_again() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    salt = france.serve("ma-mi").acts(0, 1_024).partition(b'"salt":"')[2][:40]
    link = watch(world)
    link.watch(bend=salt)
    morocco.pull("fr-mi")
    assert (link.asked.count("acts"), link.asked.count("tile")) == (2, 1)
    head = morocco.store.followed.head(Origin(france.origin))
    assert head.next_index == LeafIndex(1)
    assert not morocco.store.followed.parked()
    world.settle()
    world.check_end()
