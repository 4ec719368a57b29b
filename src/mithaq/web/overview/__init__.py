"""Pages over the whole node: the journal, its health, dossiers, the calendar.

``journal``    every leaf of the logs, as far as the reader may know
``health``     the checks of ``node.health`` in the reader's language, and each partner
``dossiers``   what belongs together, as one timeline
``calendar``   a month as a grid and as a list
``events``     what a register gives to the calendar
"""
