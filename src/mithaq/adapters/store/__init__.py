"""The durable state of a node in one database, SQLite or PostgreSQL.

``models``       the tables: truth first, then the projections that ``rebuild`` may drop
``rows``         how a row becomes a value of ``node.records`` and back
``own_log`` ``followed`` ``acts`` ``receipts`` ``projections`` ``roster``   one port each, or two small ones
``instrument_links``   versions of instruments and what hangs on them, for ``projections``
``store``        all of them together, as ``node.ports.Store``
``engine``       settings of the two engines, checked at start; transactions
``router``       which table lives in which database
``lost_connection``   an engine that does not answer
"""
