"""Rules of the roadmap register: pure; words and fields as in docs/spec/20-roadmap.md.

``fields``     what a member of a body may hold
``plan``       the instrument: chapters, lines, milestones
``notes``      progress reports, risks, the final report
``reporting``  which of these may be sent about a line as it stands
``standing``   planned, in progress, reported done, accepted, returned; late, at risk, not contested
``progress``   how far a chapter has come
``changes``    two versions compared line by line
``kinds``      the table of all kinds
"""

from mithaq.registers.roadmap.rules.kinds import REGISTER

__all__ = ["REGISTER"]
