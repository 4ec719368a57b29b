"""Forms of this register."""
