"""Units of systemd for one node: the service, its daily copies, and the weekly proof that they come back.

The copies and their proof are scripts beside the units, so that people can run them by hand too.

Spec: experience 8; trust 3.2, 9.4.
"""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KEPT_DAYS: Final = 30
COPIES: Final = Path("/var/backups/mithaq")
FOLDER: Final = "systemd"
"""Of the home: where units and scripts are written."""

_PROGRAM: Final = (sys.executable, "-m", "mithaq")
_CAGE: Final = """\
User=mithaq
Group=mithaq
StateDirectory=mithaq
StateDirectoryMode=0700
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
LimitCORE=0"""


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What the units are of.

    Attributes:
        bind: ``HOST:PORT`` to listen on.
        copies: where copies go, each set into a folder of its own.
    """

    code: str
    home: Path
    bind: str
    copies: Path = COPIES


def make_units(plan: UnitPlan) -> dict[str, str]:
    """Name of each file -> its text."""
    return {
        "mithaq.service": _serve(plan),
        "mithaq-backup@.service": _run(plan, "copy of %i", "backup", "%i"),
        "mithaq-backup@data.timer": _timer(plan, "copy of data", "daily"),
        "mithaq-backup@keystore.timer": _timer(plan, "copy of keystore", "daily"),
        "mithaq-verify.service": _run(plan, "the copies come back", "verify"),
        "mithaq-verify.timer": _timer(plan, "the copies come back", "weekly"),
        "mithaq.sysusers.conf": f'u mithaq - "Mithaq node {plan.code}" /var/lib/mithaq\n',
        "mithaq.tmpfiles.conf": f"d {plan.copies} 0700 mithaq mithaq\n",
        "backup": _backup_script(plan),
        "verify": _verify_script(plan),
    }


def _serve(plan: UnitPlan) -> str:
    """Web, puller, writer and jobs; the signer is its child (docs/spec 6.1)."""
    command = " ".join(map(_word, (*_PROGRAM, "--home", str(plan.home))))
    return _unit(
        plan,
        "service",
        [
            f"ExecStart={command} node serve --bind {plan.bind}",
            "Restart=on-failure",
            "RestartSec=1",
            f"ReadWritePaths={_quote(str(plan.home))}",
        ],
        after=["After=network-online.target", "Wants=network-online.target"],
        install=["", "[Install]", "WantedBy=multi-user.target"],
    )


def _run(plan: UnitPlan, what: str, script: str, *arguments: str) -> str:
    """A script, once; it reads and writes the home, and what stands beside the running service there."""
    command = " ".join(("/bin/sh", _word(str(plan.home / FOLDER / script)), *arguments))
    service = ["Type=oneshot", f"ExecStart={command}", f"ReadWritePaths={_paths(plan)}"]
    return _unit(plan, what, service)


def _timer(plan: UnitPlan, what: str, calendar: str) -> str:
    return (
        f"[Unit]\nDescription=Mithaq node {plan.code}: {what}\n\n"
        f"[Timer]\nOnCalendar={calendar}\nPersistent=yes\nRandomizedDelaySec=15min\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def _unit(
    plan: UnitPlan, what: str, service: Sequence[str], after: Sequence[str] = (), install: Sequence[str] = ()
) -> str:
    head = f"[Unit]\nDescription=Mithaq node {plan.code}: {what}"
    return "\n".join((head, *after, "\n[Service]", *service, _CAGE, *install)) + "\n"


def _paths(plan: UnitPlan) -> str:
    return f"{_quote(str(plan.home))} {_quote(f'-{plan.copies}')}"


def _word(text: str) -> str:
    """One word of a command as systemd reads it, where ``$`` begins a variable."""
    return _quote(text).replace("$", "$$")


def _quote(text: str) -> str:
    """One word as systemd reads it, which has its own ``%``; what would end its line is escaped."""
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        text = text.replace(sign, escaped)
    return '"' + "".join(each if each >= " " else f"\\x{ord(each):02x}" for each in text) + '"'


def _backup_script(plan: UnitPlan) -> str:
    """One set; what is older than its days goes once the new one is there."""
    command = shlex.join([*_PROGRAM, "--home", str(plan.home)])
    return f"""\
# backup data|keystore: a copy of one set. Take the two sets to two places.
set -eu
folder={shlex.quote(str(plan.copies))}/"$1"
mkdir -p "$folder"
{command} node backup --set "$1" --to "$folder/$(date -u +%Y%m%dT%H%M%SZ)"
find "$folder" -type f -mtime +{KEPT_DAYS - 1} -delete
"""


def _verify_script(plan: UnitPlan) -> str:
    """The newest of both sets, in an empty home that goes again."""
    command = shlex.join(_PROGRAM)
    return f"""\
# verify: brings the newest copies back into an empty home, and verifies the log there.
set -eu
copies={shlex.quote(str(plan.copies))}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for kind in data keystore; do
    newest=$(ls "$copies/$kind" | sort | tail -n 1)
    {command} --home "$place/home" node restore "$copies/$kind/$newest"
done
{command} --home "$place/home" log verify
"""
