"""The error tree. Every failure that Mithaq reports on purpose is one of these.

MithaqError
├── MalformedError        the bytes are not the format; nothing was stored
├── RefusedError          the format is right, a key or a rule says no
│   ├── NotAllowedError   the caller may not do this (rights)
│   └── ConflictError     the state has moved on, or another holds the place
├── MissingError          no such thing, or not one the caller may know of
└── UnavailableError      not now; the only family that is worth a retry

Each error carries a stable ``code``: it goes over the wire (RFC 9457), into the documentation and
into receipts, and is never translated. Words for people are made in ``web``.
"""


class MithaqError(Exception):
    """Root of the tree.

    Args:
        code: stable identifier, ``[a-z0-9_]{1,64}``.
        message: one English sentence for operators and logs; holds no content of acts.
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code

    def __str__(self) -> str:
        return self.code if self.message == self.code else f"{self.code}: {self.message}"


class MalformedError(MithaqError):
    """The bytes are not of the format they should have. A parser raises nothing else."""


class RefusedError(MithaqError):
    """Well formed, but a key, a proof or a rule says no."""


class NotAllowedError(RefusedError):
    """The caller has no right to this."""


class ConflictError(RefusedError):
    """The state is not the one the caller saw, or another writer holds the place."""


class MissingError(MithaqError):
    """There is no such thing, or none that the caller may know of."""


class UnavailableError(MithaqError):
    """Not now: a partner, a disk or a queue cannot serve. Worth a retry.

    Args:
        retry_after_s: seconds after which a retry makes sense; None when unknown.
    """

    def __init__(self, code: str, message: str = "", retry_after_s: int | None = None) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s
