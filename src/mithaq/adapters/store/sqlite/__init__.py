"""Django's SQLite engine without its check of JSON columns.

With ``trusted_schema=OFF`` SQLite refuses functions in a schema that it does not hold harmless, and
``json_valid`` was not one before 3.41: a table with that check could not be written at all.
"""
