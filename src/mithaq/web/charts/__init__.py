"""Charts as inline SVG, made on the server: the same bytes for the same data, mirrored for Arabic.

``widths``    how wide letters are
``drawing``   elements, mirrored places, labels that keep their direction
``timeline``  bars between two days, with diamonds for steps and a line for today; and the same as a table
"""
