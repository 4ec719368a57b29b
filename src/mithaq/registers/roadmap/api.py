"""Roadmaps for programs."""

ROUTES = ()
