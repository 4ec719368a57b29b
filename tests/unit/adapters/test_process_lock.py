"""One sequencer: whoever comes second is refused, and a dead holder holds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mithaq.adapters.process_lock import lock_sequencer
from mithaq.errors import ConflictError


def test_the_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    with lock_sequencer(tmp_path):
        with pytest.raises(ConflictError) as error:
            lock_sequencer(tmp_path).acquire()
        assert error.value.code == "sequencer_running"
    with lock_sequencer(tmp_path) as lock, pytest.raises(ConflictError):
        lock.acquire()
    lock.release()
    with lock_sequencer(tmp_path):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from mithaq.adapters.process_lock import lock_sequencer\n"
        "lock_sequencer(Path(sys.argv[1])).acquire(); print('held', flush=True); time.sleep(60)"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ConflictError):
            lock_sequencer(tmp_path).acquire()
        holder.kill()
    with lock_sequencer(tmp_path):
        pass
