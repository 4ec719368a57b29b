"""What pages, API and commands read of this register: the read model joined with where things stand.

``rows``      rows of the read model as values
``texts``     texts with their versions, who has signed, what is missing, what happens next
``drafts``    texts in hand on this node alone
``lists``     texts in the order of their next date
``links``     what hangs on a text, and the text that amendments give
``describing``  texts as JSON, for programs
``finding``   documents for the search: long texts by their articles too
``guard``     what is asked before this node puts a text forward, signs or suspends it
``suspending``  which articles can stand still by themselves, and which do
``scope``     which registers decisions on scope have opened
"""

from mithaq.registers.agreements.reading.finding import SEARCH
from mithaq.registers.agreements.reading.guard import GUARD
from mithaq.registers.agreements.reading.scope import SCOPE

__all__ = ["GUARD", "SCOPE", "SEARCH"]
