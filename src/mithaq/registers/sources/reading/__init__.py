"""Reads the register for pages, API and command line.

``texts``     the raw text of a source
``records``   a source, the list, meetings and accounts as JSON-ready values: one shape for all faces
``meetings``  groups of texts, and the comparison of accounts
``finding``   what of a source can be searched for
``known``     sources that other registers choose among
``offered``   accepted commitments that other registers may take over
"""

from mithaq.registers.sources.reading.finding import Finding
from mithaq.registers.sources.reading.known import KnownTexts
from mithaq.registers.sources.reading.offered import Offered

SEARCH = Finding()
LINES = Offered()
TEXTS = KnownTexts()

__all__ = ["LINES", "SEARCH", "TEXTS"]
