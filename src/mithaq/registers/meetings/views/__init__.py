"""Pages of the register.

``about``      what a page is about, once the policy has let the reader in
``lists``      meetings, the next first; joint bodies
``details``    a meeting, a body, a text, a note
``actions``    forms that end in a preview
``minutes``    the editor of two columns, and the print
``accounts``   what public texts report of a meeting
``calendars``  files, feeds, the month
"""
