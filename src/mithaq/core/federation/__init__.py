"""Between nodes: who is calling, what a page of acts says, what to do with a checkpoint received."""
