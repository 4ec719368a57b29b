"""How fast a roadmap of 500 lines is shown: the picture, the lists, a line, two versions compared, the files.

    python bench/bench_roadmap.py [LINES [INSTRUMENTS]]

Makes a node with one large roadmap in its second version, two delivered reports for each line, and 10,000
other instruments; asks each page in this process. Prints one JSON object. Bars: p95 of the picture at most
200 ms, of a list 150 ms, 12 queries each. It fails on none.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench_pages import Made, make_instruments, measure, open_node_in, sign_in
from msgspec.structs import replace

LINES, INSTRUMENTS = 500, 10_000
FIELDS = ("SEC", "CT", "OC", "DRUGS", "CYBER", "MIG", "RADIC", "CIVPROT", "CRISIS", "EVENT", "TRAIN", "INFO")
POSTS = {"ma-mi": "minister", "fr-mi": "minister"}


def make_data(count: int, year: int) -> dict[str, Any]:
    """A version: lines of about 400 bytes, so that 500 fit into one act."""
    lines = [
        {
            "no": number,
            "field": FIELDS[number % len(FIELDS)],
            "title": {
                "ar": f"التزام رقم {number} من خارطة الطريق",
                "fr": f"Engagement {number} de la feuille",
            },
            "basis": [{"text": {"fr": "Déclaration"}}],
            "owner": ("ma-mi", "fr-mi", "joint")[number % 3],
            "start_on": "2025-01-01",
            "due_on": f"{year + number % 4}-0{1 + number % 9}-15",
            "milestones": [{"no": 1, "due_on": "2026-01-15", "text": {"ar": "مرحلة", "fr": "Étape"}}],
        }
        for number in range(1, count + 1)
    ]
    chapters = [{"no": at, "field": field, "lead_posts": POSTS} for at, field in enumerate(FIELDS, 1)]
    title = {"ar": "خارطة الطريق", "fr": "Feuille de route"}
    period = {"period_from_on": "2025-01-01", "period_to_on": "2030-12-31"}
    return {"title": title, **period, "chapters": chapters, "lines": lines}


def make_roadmap(node: Any, count: int) -> str:
    """Two versions; the second is shown as signed by both, since nobody answers here."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Author, Desk
    from mithaq.node.ports import RowQuery

    desk, author = Desk(node), Author("desk", "p-desk")
    object_id = desk.new_object_id()
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    fields = {"subject": {"fr": "Feuille de route"}, "lang": ["ar", "fr"], "handling": handling}
    manifest = build_manifest(
        object_id=object_id,
        object_kind="roadmap.roadmap",
        object_v=1,
        signatories=[Signatory(code, post) for code, post in POSTS.items()],  # type: ignore[arg-type]
        effect={"rule": "ON_SIGNATURE"},
        data=make_data(count, 2026),
    )
    body = {"manifest": dict(manifest.members)}
    desk.act_on_instrument(object_id, InstrumentKind.PROPOSE, body, author, fields)
    [row] = node.store.rows.instruments(RowQuery(register="roadmap"), 1)
    days = {"signed_on": "2026-01-01", "entry_into_force_on": "2026-01-01"}
    version = {**row.versions[0], "state": "signed", **days}
    with node.store.transaction():
        node.store.projections.save_instruments([replace(row, state="signed", versions=[version], **days)])
    return object_id


def make_reports(node: Any, object_id: str, count: int) -> None:
    """Two reports on each of our lines, delivered."""
    from mithaq.core.types import LeafIndex
    from mithaq.node.append.submit import Author, Desk, NoteContent

    desk, author = Desk(node), Author("desk", "p-desk")
    first = node.store.own.head().tree_size
    handling = {"code": "green", "caveats": [], "purpose": "ADMIN"}
    fields = {"subject": {"fr": "Compte rendu"}, "lang": ["fr"], "handling": handling}
    for number in range(1, count + 1):
        drafts = []
        for percent in (40, 80):
            evidence = [{"text": {"fr": "Pièce"}, "url": "https://example.org/"}]
            line = {"line": f"{object_id}@1#line_{number}", "percent": percent, "evidence": evidence}
            body = {**line, "expects": "none"}
            content = NoteContent("roadmap.progress_report", ["fr-mi"], body, fields)  # type: ignore[list-item]
            drafts.append(desk.draft_note(content, author))
        node.append(drafts)
    last = node.store.own.head().tree_size - 1
    with node.store.transaction():
        node.store.projections.deliver_notes(
            node.identity.origin, "fr-mi", LeafIndex(first), LeafIndex(last), node.clock.now()
        )


def run(folder: Path, lines: int, instruments: int) -> dict[str, Any]:
    """Make and ask."""
    with open_node_in(folder) as node:
        from mithaq.main.wiring.collector import calm_collector

        made = Made(node)
        make_instruments(made, instruments)
        object_id = make_roadmap(node, lines)
        make_reports(node, object_id, lines)
        client = sign_in(node)
        calm_collector()  # as a service does, once everything is loaded
        places = {
            "picture": f"/ar/roadmap/{object_id}/",
            "list": "/ar/roadmap/",
            "list_late": "/fr/roadmap/?mark=late&field=MIG",
            "roadmaps": "/fr/roadmap/all/",
            "line": f"/ar/roadmap/{object_id}/lines/7/",
            "draft": f"/fr/roadmap/{object_id}/draft/",
            "csv": f"/fr/roadmap/{object_id}/lines.csv",
            "calendar_file": f"/fr/roadmap/{object_id}/days.ics",
            "balance": "/fr/balance/",
            "home": "/fr/",
        }
        pages = {name: measure(client.get, [place]) for name, place in places.items()}
    bars = {"picture_p95_ms": 200, "list_p95_ms": 150, "queries": 12}
    return {"bench": "roadmap", "lines": lines, "instruments": instruments, "bars": bars, "pages": pages}


def main() -> None:
    """Measure and print."""
    given = [int(one) for one in sys.argv[1:3]]
    lines, instruments = [*given, *(LINES, INSTRUMENTS)[len(given) :]]
    with tempfile.TemporaryDirectory(prefix="mithaq-roadmap-") as made:
        print(json.dumps(run(Path(made), lines, instruments), ensure_ascii=False))


if __name__ == "__main__":
    main()
