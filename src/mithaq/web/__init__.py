"""The shell over HTTP: the public log, the witness, the exchange between nodes, and pages for people.

Machine faces (``/log/``, ``/witness/``, ``/exchange/``) answer errors as RFC 9457 problems with the
stable codes of ``mithaq.errors``.
"""
