"""Rules of the agreements register: pure; words and fields as in docs/spec/15-agreements.md.

``fields``    what a member of a body may hold
``articles``  articles by their eid, in two languages: what is missing, what is stale
``texts``     data of each kind of text
``amending``  changes article by article, and the text that they give
``drafting``  a text in hand: an article put in, moved, taken out
``signing``   what stands in the way of a signature
``suspending``  what a suspension of single articles may name
``standing``  the words of this register for a version, and what happens next and when
``notes``     the initialling
``scope``     what a decision on scope opens, and when
``kinds``     the table of all of them
"""

from mithaq.registers.agreements.rules.kinds import REGISTER

__all__ = ["REGISTER"]
