"""Plugs the adapters into the use cases.

``setup``          Django for a home, and its tables
``registers``      the kinds that the installed registers bring
``build``          a ``Node`` on the real adapters
``writer``         who may append: the running service, or this process
``peers``          clients and pullers of partners
``pull_threads``   one puller a partner, woken by hints
``hints``          tells partners that the own log has grown
``service``        everything that ``node serve`` runs
``control``        the socket by which commands reach the running service
``control_calls``  what may be asked over it
"""
