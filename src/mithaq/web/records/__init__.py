"""Pages that every instrument and note has, whichever register it belongs to.

``urls``      the addresses that a register takes over
``views``     detail where a register has none, timeline, text, diff, proof
"""
