"""What pages, API and commands read of this register: the read model joined with where things stand.

``seats``     the clocks of both sides
``rows``      rows of the read model as values
``meetings``  meetings with their state
``texts``     mandates, agendas, minutes and communiqués with their versions
``items``     notes about a meeting, a body or a text
``carrying``  what is still open, carried over and raised to the level above
``occasions`` meetings that other registers choose among
``offered``   decisions and actions that other registers may take over
"""

from mithaq.registers.meetings.reading.occasions import Occasions
from mithaq.registers.meetings.reading.offered import Offered

LINES = Offered()
OCCASIONS = Occasions()

__all__ = ["LINES", "OCCASIONS"]
