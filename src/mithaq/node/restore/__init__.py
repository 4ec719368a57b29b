"""Backup, start, and the guard that keeps a restored node from signing a second history."""
