"""Forms of the register, and its words for people.

``words``    types, rules, reasons, warnings
``intake``   take in, say more, mark
``leaving``  attach to a meeting, release to a partner
"""
