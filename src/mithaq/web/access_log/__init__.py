"""The access log: who read, searched, took away, released or was refused what; a chain that only grows.

``chain``    hashes of rows, pure
``models``   rows and lanes
``writer``   rows from what the gate has noted, in one transaction
``verify``   the chain computed again
``views``    the page of auditors; ``api`` the same for programs

Spec: docs/accounts, "The access log".
"""
