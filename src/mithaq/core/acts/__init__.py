"""The act: envelope, salted commitment, signatures, kinds; and what travels beside acts.

Spec: docs/spec, The act and Keys (design: record §2.7, §3, §4).
"""
