"""Search across everything and across scripts.

``passages``  the words that were found, marked in the text as it was written
``finder``    what a reader finds: hits by register, and what he may have meant, with reasons
``views``     the page
``api``       the same for programs

Spec: experience 4.9; registers 3.12.3.
"""
