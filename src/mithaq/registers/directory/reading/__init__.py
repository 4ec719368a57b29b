"""Asks the read model: who is who, lists and pages, matching, what can be searched for."""

from mithaq.registers.directory.reading.finding import Finding
from mithaq.registers.directory.reading.who import DirectoryWho

WHO = DirectoryWho()
SEARCH = Finding()

__all__ = ["SEARCH", "WHO"]
