"""Accounts: who may sign in, how, as which post, and who gave the right.

There is no self-registration and no way in by mail. Two security administrators make an account; a one-time
link enrols its factors.

Spec: docs/security, "Accounts".
"""
