"""Answers pages, API and commands from the read model and the rows of the two primitives.

``rows``      rows as values
``seals``     opinions and deposits: whose place is true, what was opened
``doable``    what our side may do now
``describing`` a campaign as JSON-ready values
``reviews``   a campaign with its matrix: every agreement, every side, what was agreed
"""
