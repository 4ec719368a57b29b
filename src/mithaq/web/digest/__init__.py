"""That something waits, told outside of the workspace: a mail a day to who wants it, and one webhook a node.

Neither carries a title, a name or a text: a mail has counts and a link, a call an event and a link.

Spec: docs/accounts, "Told outside of the workspace".
"""
