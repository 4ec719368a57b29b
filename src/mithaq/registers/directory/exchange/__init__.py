"""Cards as other programs read them. Pure: values in, values or bytes out.

``contact``    what is written, the same for all forms
``jscontact``  RFC 9553
``vcard``      RFC 6350
``popolo``     Popolo JSON of a whole directory
"""

from mithaq.registers.directory.exchange.contact import Contact, ContactTitle
from mithaq.registers.directory.exchange.jscontact import write_jscontact
from mithaq.registers.directory.exchange.popolo import Popolo, write_popolo
from mithaq.registers.directory.exchange.vcard import write_vcard

__all__ = ["Contact", "ContactTitle", "Popolo", "write_jscontact", "write_popolo", "write_vcard"]
