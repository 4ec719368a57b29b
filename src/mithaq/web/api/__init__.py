"""``/api/v1/``: the workspace for programs. Users' tokens, OpenAPI, paging, problems.

A register gives its routes as ``ROUTES`` in its ``api.py`` and names that module as ``api`` on its
``AppConfig``. A route never releases or signs: what writes makes a draft, and a person releases it.
"""
