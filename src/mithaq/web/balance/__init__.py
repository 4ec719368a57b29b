"""Who owes whom an answer, and how much came in time: one count from one record, the same on each node."""
