"""The file of makers whose passkeys administrators use, from the table ``passkeys`` of ``node.toml``.

::

    [passkeys]
    roots_file = "keys/fido-roots.pem"  # certificates, PEM, below the home, or absolute
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_roots_file(home: Path, choices: Mapping[str, Any]) -> bytes | None:
    """What is in it; None where none is named, nothing where it cannot be read."""
    named = choices.get("passkeys", {}).get("roots_file")
    file = home / str(named or "")
    if not named:
        return None
    return file.read_bytes() if file.is_file() else b""
