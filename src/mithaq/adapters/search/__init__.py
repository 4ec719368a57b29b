"""The search index: a file of its own beside SQLite, tables of its own in PostgreSQL.

It is made anew from the record whenever its form changes, so it has no migrations and no place in a backup.
"""
