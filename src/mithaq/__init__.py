"""Mithaq: what administrations have agreed, in one record that none of them can alter alone."""

__version__ = "0.1.0"
