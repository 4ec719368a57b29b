"""Registers: one folder each, none knows another. Each gives meaning to kinds of instruments and notes."""
