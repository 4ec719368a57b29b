"""Private keys and the signer that holds them. The web process imports ``process`` and never a key."""
