"""This node as a witness of its partners' logs (C2SP tlog-witness): open to anyone who brings a checkpoint."""
