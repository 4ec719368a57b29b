"""Files that commands read and write. ``-`` is stdin."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from mithaq.errors import ConflictError, MalformedError, MissingError, UnavailableError

MAX_JSON_BYTES = 8 * 1_048_576
STANDARD = "-"


def read_input(name: str, max_bytes: int) -> bytes:
    """A whole file, or stdin.

    Raises:
        MissingError: ``file``. MalformedError: ``file_too_long``. UnavailableError: ``disk``.
    """
    try:
        if name == STANDARD:
            data = sys.stdin.buffer.read(max_bytes + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise MissingError("file", f"there is no file {name}") from error
    except OSError as error:
        raise UnavailableError("disk", f"{name} cannot be read: {error.strerror}") from error
    if len(data) > max_bytes:
        raise MalformedError("file_too_long", f"{name} is longer than {max_bytes} bytes")
    return data


def read_json(name: str) -> dict[str, Any]:
    """A JSON object from a file or stdin. A number with a fraction is refused: the record holds none.

    Raises:
        MissingError: ``file``. MalformedError: ``not_json``, ``file_too_long``.
    """
    data = read_input(name, MAX_JSON_BYTES)
    try:
        value = json.loads(
            data, object_pairs_hook=_refuse_twice, parse_float=_refuse_float, parse_constant=_refuse_float
        )
    except (ValueError, RecursionError) as error:
        raise MalformedError("not_json", f"{name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedError("not_json", f"{name} does not hold a JSON object")
    return value


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a member twice")
    return found


def _refuse_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


def write_new_file(path: Path, data: bytes) -> None:
    """A new file; never over another.

    Raises:
        ConflictError: ``file_exists``. UnavailableError: ``disk``.
    """
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise ConflictError("file_exists", f"there is already a file {path}") from error
    except OSError as error:
        raise UnavailableError("disk", f"{path} cannot be written: {error.strerror}") from error
