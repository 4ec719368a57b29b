"""Who may do what: one pure function over a table, and what it is asked about.

``policy``     ``may``: the order of the checks
``table``      roles, verbs, fields and obligations, as data
``protected``  what an act, a row or a local thing is protected by
``subject``    the person behind a request
``gate``       a refusal as an error of the tree

Spec: docs/security, "Who may do what".
"""
