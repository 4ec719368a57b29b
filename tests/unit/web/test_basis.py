"""What a record rests on, typed one a line and read again."""

from mithaq.web.basis import read_basis, write_basis

ADDRESS = "0197a4c0-0000-7000-8000-000000000001@2#art_5"
BASIS = [ADDRESS, {"at": ADDRESS[:-5] + "art_6"}, {"text": {"ar": "توجيهات سامية", "fr": "Instructions"}}]


def test_what_was_there_stays_as_it_was() -> None:
    assert read_basis(write_basis(BASIS).split("\n"), BASIS) == BASIS


def test_an_address_is_one_and_words_stand_under_the_language_of_their_letters() -> None:
    typed = [ADDRESS, "توجيهات سامية", "Déclaration", ADDRESS + "x y"]
    words = [{"text": {"ar": typed[1]}}, {"text": {"fr": typed[2]}}, {"text": {"fr": typed[3]}}]
    assert read_basis(typed) == [ADDRESS, *words]
