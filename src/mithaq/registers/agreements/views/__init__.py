"""Views of this register."""
