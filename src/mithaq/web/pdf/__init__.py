"""A text of the record as a PDF: two columns, and the proof by which anyone can check it.

``document``   which version, what is said of it, as one page of HTML and the files that go with it
``press``      HTML to PDF in a child process, one at a time, kept while it is fresh
``printing``   the child: WeasyPrint with the fonts of this package and nothing else
``glyphs``     what each glyph of the fonts reads as, so that words can be searched and copied
``libraries``  what this machine lacks for it
"""
