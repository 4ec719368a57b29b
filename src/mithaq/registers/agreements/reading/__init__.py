"""Reading of this register."""
