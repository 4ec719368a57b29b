"""The exchange between nodes, ``/exchange/v1/``: for partners on the roster alone.

``gate``      every request passes it: who calls, how much
``callers``   the signature of a request, and whose key it is
``limits``    open requests and bytes of each partner
and one module for each group of addresses.
"""
