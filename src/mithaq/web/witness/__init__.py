"""This node as a witness of its partners' logs (C2SP tlog-witness): for anyone who brings a checkpoint."""
