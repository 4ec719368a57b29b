"""``/public/``: the co-signed texts with their proofs, for anyone, without login and without scripts.

``publication``  which texts are public: the one place that decides what these pages may show
``panels``       the proof panels of a text, kept for a minute
``data``         a text for programs
``names``        words for kinds, states and steps
``views``        pages and downloads
"""
