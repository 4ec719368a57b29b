"""From acts to what people see: the read models of the two primitives, and where the node stands."""
