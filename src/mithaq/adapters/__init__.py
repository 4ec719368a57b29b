"""The outside world: each module implements a port of ``node``. Only ``main`` imports from here."""
