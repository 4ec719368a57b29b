"""The transparency log as its readers and its writer see it: C2SP texts and RFC 6962 hashing.

merkle         leaf and node hashes, compact ranges, inclusion and consistency proofs
tiles          paths, widths and bytes of tiles and entry bundles; reading tree nodes from tiles
signed_note    the signed text format, with Ed25519 lines
checkpoint     the signed head of a log
cosignature    what a witness or a mirror adds to a checkpoint
policy         which logs and witnesses a verifier trusts, and how many of them it takes
proof_file     one entry with all that is needed to check it offline

Nothing here knows what an entry means; see ``mithaq.core.acts`` for that.
"""
