"""Forms that end in a command, and those that change the draft of this node.

``fields``   a day in words, texts, lists
``base``     who acts, about what, errors in words
``acts``     sign, withdraw, report, risk, accept, return, final report
``drafting`` head, chapters and lines of a draft
"""
