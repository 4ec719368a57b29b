"""Formats of other people: parsed and written, nothing else. Bytes in, bytes out."""
