"""Forms: what people type becomes a card to be previewed, or an entry of the local journal.

``words``    words for codes: types, roles, reasons, errors
``fields``   names, days, hours: typed forms are normalised before they are checked
``cards``    one form a type of card
``commands`` what leaves the node, and entries of the local journal
``names``    asking for a name, aliases, local entities, reasons
"""
