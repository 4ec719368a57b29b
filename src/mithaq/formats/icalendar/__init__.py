"""iCalendar (RFC 5545), scheduling (RFC 5546) and the newer properties (RFC 7986).

``lines``       content lines: folding, escaping, parameters
``components``  the tree of BEGIN and END, with the limits for input
``values``      dates, texts and addresses as values
``calendar``    what a calendar of ours consists of, and its bytes
``zones``       VTIMEZONE from a zone of the tz database
``reader``      the strict reading of other people's files
``recurrence``  what a repeating rule may ask for
"""
