"""Rules of the sources register: pure; words and fields as in docs/spec (sources) and registers 3.12.

``kinds``        the note ``source``
``reading``      bytes to text: encodings, limits, what is refused
``values``       spans, paragraphs, assertions: what every step answers with
``paragraphs``   splitting, with offsets of the raw text
``remains``      content, or what is left of the web page around it, and why
``languages``    the language of a paragraph
``phrases``      many phrases looked up at once
``people`` ``bodies`` ``places`` ``occasions``   names that every node starts with
``entities``     those names and the ones of this node, as one table
``hits``         who and what is named: exact, or proposed by sound
``themes``       the field codes that a text touches
``speech``       who speaks: verbs, roles, communiqués
``quotations``   exact words and their speaker
``commitments``  what somebody agreed, promised, proposed or announced
``candidates``   meetings that one text tells of
``grouping``     which texts tell of the same meeting
``topics`` ``accounts``   who reports what, and where accounts differ
``analysis``     all steps over one text
``decisions``    what a person may decide, and what becomes of it
"""

from mithaq.registers.sources.rules.kinds import REGISTER

__all__ = ["REGISTER"]
