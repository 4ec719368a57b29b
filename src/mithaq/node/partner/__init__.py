"""A partner's log: follow, fetch, check, apply, cosign; and everything that a lying partner may try."""
