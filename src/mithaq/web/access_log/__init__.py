"""The access log: who read, searched, took away, released or was refused what; a chain that only grows.

``chain``    hashes of rows, pure
``models``   rows and lanes
``writer``   rows from what the gate has noted, in one transaction
``verify``   the chain computed again
``heads``    a note a day in the log of acts, of how far each chain has come
``segments`` whole months that leave when they are old
``readers``  counts and pseudonyms for a partner that asks who has read its act
``rates``    how much of what is sealed one person opens in an hour; ``exports`` what leaves with him in a day
``views``    the page of auditors; ``api`` the same for programs

Spec: docs/accounts, "The access log".
"""
