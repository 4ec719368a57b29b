"""``mithaq demo``: two real nodes on this machine and a scenario between them.

``scenario/``  the texts, as data; written for this from public facts, each act marked "demonstration"
``play``       who does what, in which order
``actors``     one side as the play sees it: a child process for each, since Django serves one home a process
``side``       that child: makes the node, runs its service, acts through it, waits until it sees things
``hands``      what that child does when it is asked, one method a word of the play
``texts``      reads ``scenario/``
``settle``     whether both nodes hold the same state, byte for byte
"""
