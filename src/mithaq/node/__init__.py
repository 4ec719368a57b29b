"""Use cases of a node. They know the rules of ``core`` and the ports below, no framework and no disk.

The way of a write:          submit -> append_queue -> sequencer -> projection
The way of a partner's act:  pull -> apply -> projection (one transaction with the cursor) -> cosign
"""
