"""Forms of this register; each ends in a preview.

``fields``   a text, a day, a list of lines
``base``     what every form has: who acts, about what, how it is handled, refusals in words
``plans``    a campaign
``opinions`` what our side thinks of one agreement
``outcomes`` what both sides are to sign about one agreement
``seals``    the deposit and the openings that are due
"""
