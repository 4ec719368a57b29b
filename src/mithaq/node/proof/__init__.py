"""Logs as evidence: tiles, exported trees, proof files, and their checking with no node."""
