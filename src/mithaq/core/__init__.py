"""Pure rules of the record: bytes in, bytes out. No disk, no socket, no clock, no randomness.

Order, each importing only what stands before it:
encoding < keys < log < witness < acts < instruments | notes < federation.
"""
