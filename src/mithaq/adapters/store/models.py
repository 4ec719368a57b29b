"""Tables of a node. No rule lives here: rules are in ``core``, the order of writes in ``node``.

A **position** is ``log.id << 40 | leaf_index``: one integer key that clusters each log's rows in leaf
order on both engines. Positions never leave the database; what goes out is keyed by origin and code.
Times are integers, milliseconds since the epoch, UTC.
"""

from django.db import models

POSITION_BITS = 40
"""Bits of a position that hold the leaf index: 2^40 entries a log, 2^23 logs."""


class Log(models.Model):
    """A transparency log this node writes (one) or follows, with its head and cursor."""

    origin = models.CharField(max_length=255, unique=True)
    administration = models.CharField(max_length=64)
    is_own = models.BooleanField(default=False)
    tree_size = models.BigIntegerField(default=0)
    root_hash = models.BinaryField()
    compact_range = models.BinaryField(default=b"")
    note = models.BinaryField(default=b"")
    next_index = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    applied_size = models.BigIntegerField(default=0)
    applied_root = models.BinaryField()
    frozen = models.BooleanField(default=False)


class Act(models.Model):
    """An act with its salt: own ones, and those of partners released to this node."""

    position = models.BigAutoField(primary_key=True)  # given by us; "auto" makes it SQLite's row id
    act_id = models.CharField(max_length=36, db_index=True)
    # Absent on the first act of an object, as on the wire: a note that nobody answers costs one index less.
    object_id = models.CharField(max_length=36, null=True)
    # Beside the bytes it commits to, so that a row that rots is seen before it is signed or served.
    commitment = models.BinaryField()
    salt = models.BinaryField()
    envelope = models.BinaryField()
    signatures = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_id"], condition=models.Q(object_id__isnull=False), name="act_object")
        ]


class Section(models.Model):
    """A part of an act with its own salt; can be erased alone (spec 5.6)."""

    position = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=32)
    salt = models.BinaryField()
    data = models.BinaryField()


class BlobName(models.Model):
    """Which act names which attachment."""

    position = models.BigIntegerField(db_index=True)
    sha256 = models.CharField(max_length=64, db_index=True)


class Release(models.Model):
    """An own act released to one administration, numbered. Keyed by code, never by a local number."""

    administration = models.CharField(max_length=64)
    leaf_index = models.BigIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "leaf_index"], name="release_once"),
        ]


class Bundle(models.Model):
    """Up to 256 entries of a followed log, encoded as an entry bundle."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    number = models.BigIntegerField()
    entries = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="bundle_once")]


class Checkpoint(models.Model):
    """A published own checkpoint, or a verified one of a partner, verbatim."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    tree_size = models.BigIntegerField()
    root_hash = models.BinaryField()
    note = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "tree_size"], name="checkpoint_once")]


class Cosignature(models.Model):
    """A cosignature line of a stored checkpoint: a partner's of ours, or ours of a partner's."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    tree_size = models.BigIntegerField()
    administration = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    key_id = models.BinaryField()
    signature = models.BinaryField()
    at_s = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["log", "tree_size"], name="cosignature_place"),
            models.Index(fields=["log", "administration", "tree_size"], name="cosignature_last"),
        ]


class ReleaseHead(models.Model):
    """Signed statement of the last number released to a partner under a checkpoint (spec 7.2)."""

    administration = models.CharField(max_length=64)
    tree_size = models.BigIntegerField()
    document = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["administration", "tree_size"], name="release_head_once")
        ]


class Receipt(models.Model):
    """One range of a receipt act, of either side (spec 8.6)."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=64)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    result = models.CharField(max_length=8)
    at_ms = models.BigIntegerField()
    tree_size = models.BigIntegerField()
    receipt_position = models.BigIntegerField()
    is_wide = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["log", "first"], name="receipt_range"),
            models.Index(fields=["log"], condition=models.Q(is_wide=True), name="receipt_wide"),
            models.Index(fields=["log", "recipient", "tree_size"], name="receipt_floor"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["receipt_position", "log", "first"], name="receipt_once")
        ]


class OwedReceipt(models.Model):
    """Results that a receipt must still tell the partner; gone when that receipt is published."""

    first = models.BigIntegerField(db_index=True)
    last = models.BigIntegerField()
    result = models.CharField(max_length=8)
    reason = models.CharField(max_length=64, default="")
    also_to = models.TextField(default="")


class Parked(models.Model):
    """An act of a partner that cannot be used (quarantine)."""

    position = models.BigAutoField(primary_key=True)
    reason = models.CharField(max_length=64)
    line = models.BinaryField()


class Waiting(models.Model):
    """An act held until another log is applied here (causal hold)."""

    position = models.BigAutoField(primary_key=True)
    waiting_for = models.CharField(max_length=255)
    waiting_size = models.BigIntegerField()
    line = models.BinaryField()


class BlobWant(models.Model):
    """An attachment that a partner's act names and that is not whole here."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    leaf_index = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["log", "sha256"], name="blob_want")]


class Gap(models.Model):
    """A number of ``to.seq`` that a partner's log has not shown us."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT)
    seq = models.BigIntegerField()
    polls = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "seq"], name="gap_once")]


class Witnessed(models.Model):
    """The note this node last cosigned as a witness, by origin."""

    origin = models.CharField(max_length=255, unique=True)
    note = models.BinaryField()


class Alarm(models.Model):
    """Something people must see."""

    code = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    at_ms = models.BigIntegerField()
    detail = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "subject"], name="alarm_once")]


class Evidence(models.Model):
    """SignedNotes kept verbatim because they contradict each other or were refused."""

    origin = models.CharField(max_length=255)
    kind = models.CharField(max_length=64)
    notes = models.BinaryField()


class Partner(models.Model):
    """An administration on the roster."""

    code = models.CharField(max_length=64, primary_key=True)
    origin = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=200)
    base_url = models.CharField(max_length=255)
    pinned_sha256 = models.CharField(max_length=64)
    # JSON arrays as text: the check of a JSONField is not allowed where schemas are not trusted.
    tls_ca = models.TextField(default="[]")
    client_spki_sha256 = models.TextField(default="[]")
    last_contact_ms = models.BigIntegerField(null=True)
    health = models.CharField(max_length=32, default="new")


class RootVersion(models.Model):
    """A verified root file of an administration, own ones included."""

    administration = models.CharField(max_length=64)
    version = models.BigIntegerField()
    document = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["administration", "version"], name="root_once")]


class Revocation(models.Model):
    """A key of an administration that counts only up to a tree size."""

    administration = models.CharField(max_length=64)
    keyid = models.CharField(max_length=64)
    last_good_size = models.BigIntegerField()
    reason = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["administration", "keyid"], name="revocation_once")]


class Setting(models.Model):
    """A small durable fact of the node."""

    name = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()


class Note(models.Model):
    """Projection: a note at one recipient."""

    object_id = models.CharField(max_length=36)
    recipient = models.CharField(max_length=64)
    position = models.BigIntegerField(db_index=True)
    object_kind = models.CharField(max_length=64)
    sender = models.CharField(max_length=64)
    subject = models.TextField()
    state = models.CharField(max_length=16)
    expects = models.CharField(max_length=8)
    priority = models.CharField(max_length=12)
    handling = models.CharField(max_length=16)
    dossier = models.CharField(max_length=36, null=True)
    created_ms = models.BigIntegerField()
    act_count = models.IntegerField(default=1)
    marks = models.TextField(default="")
    delivered_ms = models.BigIntegerField(null=True)
    limit_s = models.BigIntegerField(null=True)
    due_ms = models.BigIntegerField(null=True)
    remaining_s = models.BigIntegerField(null=True)
    met_ms = models.BigIntegerField(null=True)
    fields = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_id", "recipient"], name="note_once")]
        indexes = [
            models.Index(fields=["due_ms"], condition=models.Q(due_ms__isnull=False), name="note_due"),
        ]


class Instrument(models.Model):
    """Projection: an instrument with its versions."""

    object_id = models.CharField(max_length=36, primary_key=True)
    position = models.BigIntegerField(db_index=True)
    object_kind = models.CharField(max_length=64)
    proposer = models.CharField(max_length=64)
    subject = models.TextField()
    version = models.IntegerField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    dossier = models.CharField(max_length=36, null=True)
    created_ms = models.BigIntegerField()
    versions = models.TextField()
    marks = models.TextField(default="")
    signed_on = models.CharField(max_length=10, null=True)
    entry_into_force_on = models.CharField(max_length=10, null=True)
    is_public = models.BooleanField(default=False, db_index=True)
    fields = models.TextField(default="")
    unsigned_by = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["object_id"], condition=~models.Q(unsigned_by=""), name="instrument_unsigned"
            ),
        ]


class InstrumentVersion(models.Model):
    """Projection: a version, as far as other instruments hang on it."""

    object_id = models.CharField(max_length=36, db_index=True)
    content_hash = models.CharField(max_length=64, db_index=True)
    entry_into_force_on = models.CharField(max_length=10, null=True)
    start_ms = models.BigIntegerField(null=True)
    settled_ms = models.BigIntegerField(null=True)
    signatories = models.TextField()


class NoteBasis(models.Model):
    """Projection: an instrument that a note rests on."""

    note_id = models.CharField(max_length=36)
    position = models.BigIntegerField(db_index=True)
    instrument_id = models.CharField(max_length=36, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note_id", "instrument_id"], name="note_basis_once")]


class InstrumentLink(models.Model):
    """Projection: a version that hangs on a version of another instrument."""

    object_id = models.CharField(max_length=36, db_index=True)
    own_hash = models.CharField(max_length=64)
    other_hash = models.CharField(max_length=64, db_index=True)
    relation = models.CharField(max_length=10)


class InstrumentDate(models.Model):
    """Projection: a day of an instrument, or a series of days.

    Attributes:
        on_day: the day; of a series the day of entry into force, from which its months are counted.
        every_months: 0 for a day that stands once.
        first_month: months since year 0 of the first day of a series.
    """

    object_id = models.CharField(max_length=36, db_index=True)
    step = models.CharField(max_length=20)
    on_day = models.CharField(max_length=10, db_index=True)
    who = models.TextField(default="")
    every_months = models.IntegerField(default=0)
    first_months = models.IntegerField(default=0)
    back_months = models.IntegerField(default=0)
    first_month = models.IntegerField(default=0)
    until_on = models.CharField(max_length=10, null=True)


class JournalRow(models.Model):
    """Something people did on this node alone; truth, as the acts are."""

    number = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=32)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    body = models.TextField()
    post = models.CharField(max_length=64)
    holder = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["register", "subject"], name="journal_subject")]


class Nonce(models.Model):
    """A nonce of a signed request; kept in the ephemeral database for 180 s."""

    key = models.CharField(max_length=120, primary_key=True)
    expires_s = models.BigIntegerField(db_index=True)
