"""``/public/``: the co-signed texts with their proofs, for anyone, without login and without scripts.

``publication``  which texts are public: the one place that decides what these pages may show
``proof``        the proof panel of an act, verified here
``views``        pages and downloads
"""
