"""Where an end keeps its own certificate; what is done with it is in ``tls``, which takes long to load."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """Two PEM files, the chain with the leaf first."""

    chain_file: Path
    key_file: Path
