"""Notes: what one administration sends to another, its state per recipient and its clock.

State is never sent. Each node folds the same acts and gets the same state and the same due minute.

``bodies`` what each note act holds; ``times`` when an act counts as done; ``standing`` the values of a
state; ``state`` the fold; ``procedure`` the agreed limit and the working calendar, as values; ``clock``
the due minute; ``decide`` what a node may submit.
"""
