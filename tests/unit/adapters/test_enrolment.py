"""A new node, its card, and a partner from a card."""

import os
import random
import ssl
import tomllib
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mithaq.adapters.http.tls import hash_spki, make_client_context, make_server_context
from mithaq.adapters.keystore.file_signer import FileSigner
from mithaq.adapters.keystore.key_files import KeyRole, load_key, load_keys
from mithaq.core.acts.dsse import ActSignature, verify_envelope
from mithaq.core.acts.root_chain import sign_root, verify_first_root
from mithaq.core.acts.roots import Role, parse_signed_root
from mithaq.core.encoding import encode_canonical
from mithaq.core.keys import SigningKey
from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.merkle import EMPTY_ROOT
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    RefusedError,
    UnavailableError,
)
from mithaq.main.certificates import expires_at, hash_client_spki, renew_before_end, renew_certificates
from mithaq.main.enrolment import Card, add_partner, build_card, create_node, load_own_root, parse_card
from mithaq.main.home import (
    Home,
    NodeChoices,
    PostHolder,
    encode_toml,
    load_choices,
    parse_choices,
    save_choices,
)
from mithaq.node.records import FollowedHead, Partner

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MA, FR = AdministrationCode("ma-mi"), AdministrationCode("fr-mi")


class FixedClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic_s(self) -> float:
        return 0.0


class SeededEntropy:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def random_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def random_fraction(self) -> float:
        return self._random.random()


def make_node(home: Path, code: str = "ma-mi", seed: int = 1, **options: Any) -> NodeChoices:
    values: dict[str, Any] = {"name": "وزارة الداخلية", "base_url": "https://ma.example:8001", **options}
    return create_node(home, code, clock=FixedClock(), entropy=SeededEntropy(seed), **values)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ma") / "node"
    make_node(folder)
    return folder


@pytest.fixture(scope="module")
def other_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fr") / "node"
    make_node(folder, "fr-mi", 2, name="Ministère de l’Intérieur", base_url="https://127.0.0.1:8002")
    return folder


@pytest.fixture(scope="module")
def card_bytes(home: Path) -> bytes:
    return build_card(home)


# --- the folder ----------------------------------------------------------------------------------------


def test_every_secret_is_private_and_root_keys_lie_apart(home: Path) -> None:
    private = [*(home / "keys").iterdir(), *(home / "offline").iterdir(), *(home / "tls").glob("*.key")]
    private.append(home / "node.toml")
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in private)
    for name in ("", "keys", "offline", "tls", "signer", "run", "blobs"):
        assert (home / name).stat().st_mode & 0o777 == 0o700
    names = {path.name for path in (home / "keys").iterdir()}
    posts = {"post-desk.key", "post-release.key", "post-minister.key"}
    roles = {"log.key", "mirror.key", "witness.key", "node.key", "transport.key"}
    assert names == posts | roles | {"kek", "blob-index"}
    assert {path.name for path in (home / "offline").iterdir()} == {f"root-{n}.key" for n in range(1, 6)}


def test_no_two_keys_are_alike(home: Path) -> None:
    keys = load_keys(home / "keys") + load_keys(home / "offline")
    assert len({key.key.seed for key in keys}) == len({key.name for key in keys}) == 13


def test_the_choices_come_back(home: Path) -> None:
    choices = load_choices(Home(home))
    assert choices.identity.code == "ma-mi"
    assert choices.identity.origin == "ma-mi.example/log/1"
    assert choices.identity.name == "وزارة الداخلية"
    assert [post.post for post in choices.posts] == ["desk", "release", "minister"]
    assert choices.holder_of("minister") == PostHolder("minister", "minister-1", ("keys",))
    with pytest.raises(MissingError):
        choices.holder_of("nobody")


def test_the_signer_signs_with_the_keys_of_the_root(home: Path) -> None:
    root = parse_signed_root(load_own_root(home)).root
    signer = FileSigner(home)
    note = signer.sign_checkpoint(TreeSize(0), [])
    checkpoint = open_checkpoint(
        parse_signed_note(note), root.origin, [key.to_verifier() for key in root.keys(Role.LOG)]
    )
    assert checkpoint.root_hash == EMPTY_ROOT
    act = encode_canonical({"log": root.origin, "actor": {"post": "desk"}})
    keyid, signature = signer.sign_act("desk", act)
    publics = {key.keyid: key.public for key in root.post_keys_at("desk", TreeSize(1))}
    assert verify_envelope(act, [ActSignature(keyid, signature)], publics) == keyid


def test_the_root_is_signed_three_of_five_and_lasts_a_year(home: Path) -> None:
    signed = parse_signed_root(load_own_root(home))
    assert verify_first_root(signed, signed.sha256) == signed.root
    entry = signed.root.roles[Role.ROOT]
    assert (len(entry.keys), entry.threshold, len(signed.signatures)) == (5, 3, 3)
    assert signed.root.expires_at == NOW + timedelta(days=365)
    assert set(signed.root.roles) == {str(role) for role in Role}
    assert signed.root.keys(Role.TLS)[0].public.hex() == hash_client_spki(Home(home))


def test_a_node_from_the_same_seed_has_the_same_keys(home: Path, tmp_path: Path) -> None:
    make_node(tmp_path / "again")
    assert load_own_root(tmp_path / "again") == load_own_root(home)


def test_names_follow_the_origin(tmp_path: Path) -> None:
    make_node(tmp_path / "a", origin="log.interior.ma/log/7")
    names = {key.role: key.name for key in load_keys(tmp_path / "a" / "keys")}
    assert names[KeyRole.LOG] == "log.interior.ma/log/7"
    assert names[KeyRole.MIRROR] == "log.interior.ma/mirror/1"


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConflictError) as error:
        make_node(tmp_path)
    assert error.value.code == "home_not_empty"
    make_node(tmp_path / "a" / "b")
    with pytest.raises(ConflictError):
        make_node(tmp_path / "a" / "b")


@pytest.mark.parametrize(
    "options",
    [
        {"code": "Morocco"},
        {"base_url": "http://ma.example"},
        {"base_url": "https://ma.example/"},
        {"base_url": "ma.example"},
        {"name": ""},
        {"name": "x" * 201},
        {"name": "two\nlines"},
        {"name": "\u202eevil"},
        {"origin": "with space"},
        {"posts": (PostHolder("../desk", "x"),)},
        {"posts": (PostHolder("desk", "x"), PostHolder("desk", "y"))},
        {"tables": {"web": {"x": 1.5}}},
    ],
)
def test_what_makes_no_node_leaves_none(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(MithaqError):
        make_node(tmp_path / "a", **options)
    with pytest.raises(MissingError):
        load_choices(Home(tmp_path / "a"))


def test_a_failing_disk_makes_no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "ENOSPC")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnavailableError) as error:
        make_node(tmp_path / "a")
    assert error.value.code == "disk"
    monkeypatch.undo()
    with pytest.raises(MissingError):
        load_choices(Home(tmp_path / "a"))


# --- node.toml -----------------------------------------------------------------------------------------


def test_node_toml_keeps_what_others_put_there(tmp_path: Path) -> None:
    tables = {"database": {"engine": "postgresql", "port": 5432}, "cli": {"release": "operator", "on": True}}
    make_node(tmp_path / "a", tables=tables)
    where = Home(tmp_path / "a")
    choices = load_choices(where)
    assert choices.tables == tables
    save_choices(where, replace(choices, tables={**tables, "more": {"deep": {"list": ["a", "b"]}}}))
    assert load_choices(where).tables["more"] == {"deep": {"list": ["a", "b"]}}
    assert where.choices.stat().st_mode & 0o777 == 0o600


_scalars = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=3),
)
_names = st.text(st.characters(codec="utf-8"), max_size=8)
_tables = st.recursive(
    st.dictionaries(_names, _scalars, max_size=4),
    lambda inner: st.dictionaries(_names, _scalars | inner, max_size=4),
    max_leaves=6,
)


@given(_tables)
def test_what_is_written_reads_the_same(values: dict[str, Any]) -> None:
    assert tomllib.loads(encode_toml(values).decode()) == values


@given(st.binary(max_size=200))
def test_any_bytes_give_one_error(data: bytes) -> None:
    for parse in (parse_choices, parse_card):
        with pytest.raises(MalformedError):
            parse(data)


# --- certificates --------------------------------------------------------------------------------------


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> ssl.SSLObject:
    """A handshake in memory; gives the server's end."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = client.wrap_bio(to_client, to_server, server_hostname=host)
    there = server.wrap_bio(to_server, to_client, server_side=True)
    pending = [here, there]
    for _ in range(10):
        for end in list(pending):
            try:
                end.do_handshake()
                pending.remove(end)
            except ssl.SSLWantReadError:
                pass
        if not pending:
            break
    return there


def test_both_certificates_serve_and_are_pinned(tmp_path: Path) -> None:
    # Real time: a library judges these.
    now = FixedClock(datetime.now(UTC))
    cards = {}
    for seed, code in ((1, "ma-mi"), (2, "fr-mi")):
        options: dict[str, Any] = {"clock": now, "entropy": SeededEntropy(seed)}
        create_node(tmp_path / code, code, code, "https://127.0.0.1:8443", **options)
        cards[code] = parse_card(build_card(tmp_path / code))
    server = make_server_context(Home(tmp_path / "ma-mi").server_certificate, cards["fr-mi"].tls_ca)
    client = make_client_context(cards["ma-mi"].tls_ca, Home(tmp_path / "fr-mi").client_certificate)
    end = shake_hands(server, client, "127.0.0.1")
    assert end.version() == "TLSv1.3"
    certificate = end.getpeercert(binary_form=True)
    assert certificate is not None
    assert hash_spki(certificate) in cards["fr-mi"].client_spki_sha256
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, client, "other.example")
    wrong = make_client_context(cards["fr-mi"].tls_ca, None)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, wrong, "127.0.0.1")


def test_certificates_last_ninety_days_and_are_renewed_for_the_same_keys(tmp_path: Path) -> None:
    choices = make_node(tmp_path / "a")
    where = Home(tmp_path / "a")
    for files in (where.server_certificate, where.client_certificate):
        assert expires_at(files.chain_file) == NOW + timedelta(days=90)
    card = build_card(tmp_path / "a")
    later = FixedClock(NOW + timedelta(days=80))
    renew_certificates(where, choices.identity, later, SeededEntropy(9))
    assert expires_at(where.client_certificate.chain_file) == NOW + timedelta(days=170)
    assert build_card(tmp_path / "a") == card
    certificate = x509.load_pem_x509_certificate(where.client_certificate.chain_file.read_bytes())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(where.tls_ca.read_bytes()))


def test_fault_16_a_start_renews_what_ends_within_the_days_of_the_warning(tmp_path: Path) -> None:
    choices = make_node(tmp_path / "a")
    where = Home(tmp_path / "a")

    def start(days: int) -> bool:
        return renew_before_end(
            where, choices.identity, FixedClock(NOW + timedelta(days=days)), SeededEntropy(9)
        )

    assert not start(60)
    assert start(61)
    for files in (where.server_certificate, where.client_certificate):
        assert expires_at(files.chain_file) == NOW + timedelta(days=151)
    # The certificate of another authority is not ours to renew; nor is any without the key.
    make_node(tmp_path / "b", seed=2)
    foreign = Home(tmp_path / "b").server_certificate.chain_file.read_bytes()
    where.server_certificate.chain_file.write_bytes(foreign)
    assert not start(140)
    where.tls_ca_key.unlink()
    assert not start(500)


# --- the card ------------------------------------------------------------------------------------------


def test_a_card_comes_back_as_it_went(home: Path, card_bytes: bytes) -> None:
    card = parse_card(card_bytes)
    assert card.encode() == card_bytes
    assert card.fingerprint == parse_signed_root(load_own_root(home)).sha256.hex()
    assert card.vkeys["log"] == load_key(home / "keys" / "log.key").verifier
    assert parse_card(b"\n " + card_bytes + b"\r\n") == card
    assert len(card.tls_fingerprint) == 64
    for secret in ("keys", "offline"):
        for key in load_keys(home / secret):
            assert b64encode(key.key.seed) not in card_bytes


def change(card_bytes: bytes, **fields: object) -> bytes:
    return encode_canonical({**orjson.loads(card_bytes), **fields})


def test_no_part_of_a_card_can_be_swapped(card_bytes: bytes, other_home: Path) -> None:
    other = orjson.loads(build_card(other_home))
    for name in ("code", "origin", "root", "vkeys", "client_spki_sha256", "fingerprint"):
        with pytest.raises(RefusedError):
            parse_card(change(card_bytes, **{name: other[name]}))
    # Address and authority are not in a root file of version 1; the fingerprint vouches for the rest alone.
    parse_card(change(card_bytes, url=other["url"], tls_ca=other["tls_ca"], name=other["name"]))


@pytest.mark.parametrize(
    "fields",
    [
        {"v": 2},
        {"code": "MA"},
        {"url": ""},
        {"name": ""},
        {"name": 5},
        {"vkeys": {}},
        {"vkeys": {"log": "x", "mirror": "x", "witness": "x"}},
        {"root": "!"},
        {"root": b64encode(b"{}").decode()},
        {"tls_ca": ["junk"]},
        {"tls_ca": "junk"},
        {"client_spki_sha256": ["zz"]},
        {"fingerprint": "00"},
    ],
)
def test_cards_out_of_form(card_bytes: bytes, fields: dict[str, object]) -> None:
    with pytest.raises((MalformedError, RefusedError)) as error:
        parse_card(change(card_bytes, **fields))
    assert isinstance(error.value, MalformedError) or error.value.code == "base_url"


@pytest.mark.parametrize(
    "fields",
    [{"tls_ca": []}, {"client_spki_sha256": []}, {"url": "http://ma.example"}, {"fingerprint": "00" * 32}],
)
def test_cards_that_are_refused(card_bytes: bytes, fields: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        parse_card(change(card_bytes, **fields))


def test_a_leaf_certificate_is_no_authority(home: Path, card_bytes: bytes) -> None:
    leaf = Home(home).server_certificate.chain_file.read_text()
    with pytest.raises(MalformedError):
        parse_card(change(card_bytes, tls_ca=[leaf]))


def test_a_root_signed_by_too_few_is_refused(home: Path, card_bytes: bytes) -> None:
    signed = parse_signed_root(load_own_root(home))
    keys = [load_key(home / "offline" / f"root-{number}.key").key for number in (1, 2)]
    few = sign_root(signed.payload, keys)
    with pytest.raises(RefusedError) as error:
        parse_card(change(card_bytes, root=b64encode(few.encode()).decode()))
    assert error.value.code == "signature_missing"
    strangers = sign_root(signed.payload, [SigningKey.from_seed(bytes([n]) * 32) for n in range(5)])
    with pytest.raises(RefusedError):
        parse_card(change(card_bytes, root=b64encode(strangers.encode()).decode()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(place=st.integers(0, 10**6), value=st.integers(0, 255))
def test_a_changed_byte_gives_the_card_or_one_error(card_bytes: bytes, place: int, value: int) -> None:
    data = bytearray(card_bytes)
    data[place % len(data)] = value
    try:
        card = parse_card(bytes(data))
    except (MalformedError, RefusedError):
        return
    assert card.fingerprint == parse_card(card_bytes).fingerprint


# --- partners ------------------------------------------------------------------------------------------


class MemoryRoster:
    def __init__(self) -> None:
        self.kept: dict[str, Partner] = {}
        self.roots: dict[tuple[str, int], bytes] = {}

    def partners(self) -> list[Partner]:
        return [self.kept[code] for code in sorted(self.kept)]

    def save(self, partner: Partner) -> None:
        self.kept[partner.code] = partner

    def add_root(self, code: str, version: int, document: bytes) -> None:
        self.roots[code, version] = document


class MemoryFollowed:
    def __init__(self) -> None:
        self.kept: list[FollowedHead] = []

    def heads(self) -> list[FollowedHead]:
        return list(self.kept)

    def add(self, head: FollowedHead) -> None:
        self.kept.append(head)


@pytest.fixture
def roster() -> Any:
    return MemoryRoster()


@pytest.fixture
def followed() -> Any:
    return MemoryFollowed()


@pytest.fixture
def card(card_bytes: bytes) -> Card:
    return parse_card(card_bytes)


def test_a_partner_is_added_and_its_log_followed_from_the_start(
    roster: Any, followed: Any, card: Card
) -> None:
    told = " ".join(card.fingerprint.upper()[at : at + 4] for at in range(0, 64, 4))
    partner = add_partner(roster, followed, card, told, own_code=FR)
    assert roster.kept == {"ma-mi": partner}
    assert roster.roots == {("ma-mi", 1): card.root}
    assert partner.pinned_sha256 == card.fingerprint
    (head,) = followed.kept
    assert (head.origin, head.administration, head.verified_size, head.applied_root) == (
        card.origin,
        "ma-mi",
        0,
        EMPTY_ROOT,
    )


def test_the_same_card_brings_a_new_address_and_nothing_else(roster: Any, followed: Any, card: Card) -> None:
    first = add_partner(roster, followed, card, card.fingerprint, own_code=FR)
    roster.kept["ma-mi"] = replace(first, root=b"version 2", last_contact_at=NOW, health="good")
    moved = replace(card, url="https://new.example")
    again = add_partner(roster, followed, moved, card.fingerprint, own_code=FR)
    assert again == replace(roster.kept["ma-mi"], base_url="https://new.example")
    assert (again.root, again.health, again.last_contact_at) == (b"version 2", "good", NOW)
    assert len(followed.kept) == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("00" * 32, "fingerprint"),
        ("", "fingerprint_form"),
        ("zz" * 32, "fingerprint_form"),
        ("00", "fingerprint_form"),
    ],
)
def test_another_fingerprint_is_refused(roster: Any, followed: Any, card: Card, told: str, code: str) -> None:
    """One that is none is a slip of the hand; another one is a reason not to trust the card."""
    family = RefusedError if code == "fingerprint" else MalformedError
    with pytest.raises(family) as error:
        add_partner(roster, followed, card, told, own_code=FR)
    assert error.value.code == code
    assert roster.kept == {}
    assert followed.kept == []


def test_who_is_not_added(roster: Any, followed: Any, card: Card, other_home: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        add_partner(roster, followed, card, card.fingerprint, own_code=MA)
    assert refused.value.code == "own_card"
    add_partner(roster, followed, card, card.fingerprint, own_code=FR)
    other = parse_card(build_card(other_home))
    cases = [
        (replace(card, origin=Origin("ma-mi.example/log/2")), "partner_origin"),
        (replace(other, code=MA, origin=card.origin), "partner_root"),
        (replace(other, origin=card.origin), "origin_taken"),
    ]
    for false_card, code in cases:
        with pytest.raises(ConflictError) as error:
            add_partner(
                roster, followed, false_card, false_card.fingerprint, own_code=AdministrationCode("es-mi")
            )
        assert error.value.code == code
    assert list(roster.kept) == ["ma-mi"]
    assert len(followed.kept) == 1
