"""One sequencer: whoever comes second is refused, and a dead holder holds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mithaq.adapters.process_lock import ProcessLock
from mithaq.errors import ConflictError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "sequencer.lock"


def test_the_second_is_refused_until_the_first_lets_go(path: Path) -> None:
    with ProcessLock(path):
        with pytest.raises(ConflictError) as error:
            ProcessLock(path).acquire()
        assert error.value.code == "sequencer_running"
    with ProcessLock(path) as lock, pytest.raises(ConflictError):
        lock.acquire()
    lock.release()
    with ProcessLock(path):
        pass


def test_a_killed_holder_holds_nothing(path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from mithaq.adapters.process_lock import ProcessLock\n"
        "ProcessLock(Path(sys.argv[1])).acquire(); print('held', flush=True); time.sleep(60)"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ConflictError):
            ProcessLock(path).acquire()
        holder.kill()
    with ProcessLock(path):
        pass
