"""Plugs the adapters into the use cases.

``django``    settings of a home, tables
``build``     a ``Node`` on the real adapters
``writer``    who may append: the running service, or this process
``peers``     clients and pullers of partners
``service``   everything that ``node serve`` runs
``control``   the socket by which commands reach the running service
"""
