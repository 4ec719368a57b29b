"""Units of systemd: what each may do, and that the scripts beside them do what they say."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from mithaq.main.cli.systemd_units import UnitPlan, make_units

CAGED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "UMask": "0077",
    "StateDirectory": "mithaq",
    "User": "mithaq",
    "LimitCORE": "0",
}


def read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def test_each_service_is_caged_and_each_timer_has_one(tmp_path: Path) -> None:
    units = make_units(UnitPlan("ma-mi", Path("/var/lib/mithaq/a b%$"), "127.0.0.1:8000"))
    services = {name: read(text) for name, text in units.items() if name.endswith(".service")}
    assert set(services) == {"mithaq.service", "mithaq-backup@.service", "mithaq-verify.service"}
    for unit in services.values():
        assert dict(unit["Service"]).items() >= CAGED.items()
    serve = services["mithaq.service"]["Service"]
    assert serve["Restart"] == "on-failure"
    assert serve["ExecStart"].endswith('"/var/lib/mithaq/a b%%$$" node serve --bind 127.0.0.1:8000')
    timers = {name: read(text)["Timer"]["OnCalendar"] for name, text in units.items() if ".timer" in name}
    assert timers == {
        "mithaq-backup@data.timer": "daily",
        "mithaq-backup@keystore.timer": "daily",
        "mithaq-verify.timer": "weekly",
    }
    if shutil.which("systemd-analyze"):
        for name, text in units.items():
            (tmp_path / name).write_text(text)
        found = [str(tmp_path / name) for name in services if "@" not in name]
        done = subprocess.run(["systemd-analyze", "verify", *found], capture_output=True, check=False)
        assert b"Unknown" not in done.stderr, done.stderr
        assert b"absolute" not in done.stderr, done.stderr


def test_a_home_of_any_name_ends_no_line() -> None:
    home = '/srv/a b"\n\nExecStartPre=/bin/false\r%i\\'
    units = make_units(UnitPlan("ma-mi", Path(home), "127.0.0.1:8000"))
    word = r'"/srv/a b\"\x0a\x0aExecStartPre=/bin/false\x0d%%i\\'
    for name in ("mithaq.service", "mithaq-backup@.service", "mithaq-verify.service"):
        service = read(units[name])["Service"]
        assert "ExecStartPre" not in service
        assert word in service["ExecStart"]
        assert service["ReadWritePaths"].split(' "-')[0] == f'{word}"'


@pytest.mark.parametrize("name", ["backup", "verify"])
def test_the_scripts_are_scripts(name: str, tmp_path: Path) -> None:
    script = tmp_path / name
    script.write_text(make_units(UnitPlan("ma-mi", Path("/srv/it's here"), "127.0.0.1:1"))[name])
    done = subprocess.run(["/bin/sh", "-n", str(script)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
