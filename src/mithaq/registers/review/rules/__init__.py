"""Rules of the review register: pure; words and fields as in docs/spec/21-review.md.

``fields``    what a member of a body may hold
``plan``      a campaign: which agreements, which questions, until when
``opinions``  what one side thinks of one agreement, and the deposit of a sealed opinion
``outcome``   what both sides agree on, or that they do not
``sealing``   who has given what, what may be opened, and whose deposit does not hold
``standing``  open, both_opined, agreed, disagreed, closed: computed, never sent
``kinds``     the table of all of them
"""

from mithaq.registers.review.rules.kinds import REGISTER

__all__ = ["REGISTER"]
