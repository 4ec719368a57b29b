"""From a draft to a published checkpoint: the own log and its single writer."""
