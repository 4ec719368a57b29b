"""Forms: what people type becomes an entry of the local journal, or a command of ``web.outgoing``.

``fields``    texts, days, choices of other texts
``words``     names of rules and natures, and words for what is refused
``articles``  one article in both languages
``terms``     titles, signatories, rule of entry into force, duration, what the text belongs to
``proposing`` a draft as a version to be put forward
``acts``      signing, initialling, notices
"""
