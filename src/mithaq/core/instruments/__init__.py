"""Instruments: texts that two or more administrations bind themselves to together.

An instrument is its acts. Nothing else is stored or sent: each node folds the same acts in causal
order and gets the same versions, signings and dates. Files, each importing only those above it:

    lines.py             addresses of lines, and which lines lie in the scope of a suspension
    members.py           typed reading of the members of a canonical object
    effect.py            rule of entry into force, offset, notifications, term, denunciation
    manifest.py          what one version consists of, and its content hash
    bodies.py            the body of each ``instrument.*`` act, exactly
    entry_into_force.py  the six rules computed, and the calendar they count in
    duration.py          term, denunciation, suspension: when a version stops
    state.py             what a fold answers: versions, their state, in force at an instant
    admission.py         which acts can count, whatever their order
    negotiation.py       which acts have effect (``Signed, without any clock``)
    fold.py              acts in, state out
    decide.py            what may be done now: the guard of ``submit``
    next_step.py         what happens next and on which day, and when to be reminded of it

Spec: docs/spec 9.
"""
