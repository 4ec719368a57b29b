"""The act: envelope, salted commitment, signatures, kinds; and what travels beside acts.

Spec: docs/spec 5, 6, 7.2.
"""
