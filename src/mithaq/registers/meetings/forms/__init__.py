"""Forms: what people type becomes a command of ``web.outgoing``, or an entry of the local journal.

``fields``       days, hours, lists of lines: typed forms are normalised, and what was understood is shown
``base``         what every form of this register has
``invitations``  inviting, answering, moving, calling off, closing
``texts``        mandates, agendas, communiqués, and signing
``minutes``      the two columns of the minutes
``notes``        papers, comments, initialling, statements, issues, reports
"""
