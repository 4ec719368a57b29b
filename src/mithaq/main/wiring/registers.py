"""The registers of this program: adding one is one line here and one in the settings."""

from mithaq.node.registry import Registry
from mithaq.registers.agreements.rules import REGISTER as AGREEMENTS
from mithaq.registers.directory.rules import REGISTER as DIRECTORY
from mithaq.registers.meetings.rules import REGISTER as MEETINGS
from mithaq.registers.requests.rules import REGISTER as REQUESTS


def make_registry() -> Registry:
    """All kinds that a node of this version knows."""
    return Registry((DIRECTORY, AGREEMENTS, MEETINGS, REQUESTS))
