"""What is made once a run and copied wherever a test wants it: a lock shares it among the workers."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

RUN_FOLDER = "MITHAQ_TEST_RUN"
"""Names the folder of the run, for its workers; the first process of the run makes and removes it."""


def begin_run() -> None:
    """Make the folder of this run."""
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="mithaq-run-")


def end_run() -> None:
    """Remove it, with all that was prepared."""
    shutil.rmtree(os.environ.pop(RUN_FOLDER), ignore_errors=True)


def prepared(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that ``make`` has filled: made by the first who asks, for all. Nobody writes into it."""
    if RUN_FOLDER not in os.environ:
        begin_run()
        atexit.register(end_run)
    run = Path(os.environ[RUN_FOLDER])
    folder, made = run / name, run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
