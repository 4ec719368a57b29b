"""The witness."""
