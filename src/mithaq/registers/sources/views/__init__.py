"""Pages of the register.

``desk``      what every page needs: rights, the source at an address
``lists``     sources taken in, sources released
``details``   a source with its marked text; a released one
``marked``    raw text cut into pieces that can be marked
``intake``    take in, say more, decide, mark
``meetings``  candidate meetings with their reasons, accounts side by side
``leaving``   attach to a meeting, release to a partner
"""
