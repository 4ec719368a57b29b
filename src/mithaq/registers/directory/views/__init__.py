"""Pages of the directory.

``common``   what pages of this register share: scope, day, tabs
``lists``    posts, persons, organisations, places, proxies
``cards``    one card, and a new one on its way to the preview
``names``    an entity with its spellings, matching, decisions
``duty``     the rota of both sides and its gaps
``exports``  JSContact, vCard, Popolo
"""
