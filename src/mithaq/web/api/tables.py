"""A page of a list as a table to work with: ``?format=xlsx`` of every address that lists."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mithaq.web.access.noted import note_taken, shown_codes
from mithaq.web.access.policy import is_held_here
from mithaq.web.access.protected import protect_objects
from mithaq.web.access_log.exports import highest, name_export
from mithaq.web.api.call import ApiCall
from mithaq.web.api.routes import UUID_PATTERN, Collection, File
from mithaq.web.office.libraries import XLSX_TYPE, check_can_write
from mithaq.web.office.taking import write_records


def make_table(call: ApiCall, found: Collection) -> File:
    """The items of this page but those of records that a caveat holds here; counted as an export.

    Raises:
        NotAllowedError: ``token_verb``, ``no_role``; to take away is a verb of its own.
        UnavailableError: ``office_missing``; ``exports``, ``access_log`` as for every export.
    """
    check_can_write()
    caller = call.caller
    caller.check_export(call.route.register)
    named = {number: set(_ids_in(item)) for number, item in enumerate(found.items)}
    ids = sorted(set().union(*named.values()))
    held = {each for each, thing in zip(ids, protect_objects(ids), strict=True) if is_held_here(thing)}
    kept = [item for number, item in enumerate(found.items) if not named[number] & held]
    code = highest(shown_codes())
    number = note_taken(caller.subject, [each for each in ids if each not in held], code)
    data = write_records(call.node, caller.subject, call.route.name, kept, code, number)
    name = name_export(caller.subject, number, code, call.route.name, "xlsx")
    return File(data, name, XLSX_TYPE, found.next)


def _ids_in(item: Any) -> Iterator[str]:
    """What may be the id of a record among the members of an item."""
    if isinstance(item, Mapping):
        for value in item.values():
            if isinstance(value, str) and re.fullmatch(UUID_PATTERN, value, re.ASCII):
                yield value
