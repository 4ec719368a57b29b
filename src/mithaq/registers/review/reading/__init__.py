"""Answers pages, API and commands from the read model and the rows of the two primitives.

``rows``      rows as values
``seals``     opinions and deposits: whose place is true, what was opened
``reviews``   a campaign with its matrix: every agreement, every side, what was agreed
"""
