"""Files that people attach: what they are by their own bytes, and that nothing in them acts.

``kinds``     the kinds that are taken, and the one answer about a file
``names``     names of files, as labels
``pdf``       documents without scripts, launches, files inside, forms of XFA, encryption
``pictures``  PNG and JPEG to their last byte
``office``    documents and tables of Office Open XML, without macros or files inside
``multipart`` the frame of the form that brings them
``texts``     text, CSV, JSON, XML, iCalendar
"""
