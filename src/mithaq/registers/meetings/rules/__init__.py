"""Rules of the meetings register: pure; words and fields as in docs/spec/14-meetings.md.

``fields``       what a member of a body may hold
``addresses``    lines of a text: ``object@version#line``
``alignment``    Arabic and French side by side: what is missing, what is stale
``appointment``  local times, zones by name, and the instants that both nodes use
``invitation``   a meeting as its invitation, corrections and answers give it
``standing``     proposed, confirmed, held, minuted, closed: computed, never sent
``programme``    T-30 to T+30: which steps are due, met or late
``texts``        the instruments: mandate, agenda, minutes, communiqué
``notes``        papers, comments, initialling, statements, issues, reports, own communiqués
``signing``      what stands in the way of a signature
``kinds``        the table of all of them
"""

from mithaq.registers.meetings.rules.kinds import REGISTER

__all__ = ["REGISTER"]
