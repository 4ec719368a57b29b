"""What pages, API and commands read of this register: the read model joined with where things stand.

``rows``      rows of the read model as values
``roadmaps``  roadmaps with their versions
``lines``     lines with what the notes say of them
``taking``    what other registers offer to be taken over as lines
``drafts``    the draft of this node, and what it still lacks
``promises``  commitments by owner, for the balance
``files``     the lines as CSV and as a calendar
"""

from mithaq.registers.roadmap.reading.promises import Promises

PROMISES = Promises()

__all__ = ["PROMISES"]
