import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contacts.phones import NotAPhone, match_key, normalise, spellings

MOBILE, LANDLINE = "5511987654321", "551134567890"


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


areas = st.sampled_from(["11", "19", "21", "31", "48", "51", "71", "85", "92"])
ends = digits(7)
old_mobiles = st.builds("55{}{}{}".format, areas, st.sampled_from("6789"), ends)
landlines = st.builds("55{}{}{}".format, areas, st.sampled_from("2345"), ends)
mexicans = st.builds("52{}{}".format, st.sampled_from("2345678"), digits(9))
argentines = st.tuples(st.sampled_from(["11", "221", "351", "2954"]), st.sampled_from("23456"), digits(8)).map(
    lambda each: (each[0], (each[1] + each[2])[: 10 - len(each[0])])
)


@pytest.mark.parametrize(
    "written",
    [
        "+55 (11) 98765-4321",
        "11 98765-4321",
        "(011) 98765 4321",
        "5511987654321",
        "0055 11 98765.4321",
        "55 11 8765-4321",
        "11 8765-4321",
        "\u202a+55\u00a011\u00a098765\u20114321\u202c",
        "＋５５ １１ ９８７６５-４３２１",
    ],
)
def test_a_brazilian_mobile_is_one_number_however_it_is_written(written: str) -> None:
    assert normalise(written) == MOBILE


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("11 3456-7890", "BR", LANDLINE),
        ("+1 555-000-1111", "BR", "15550001111"),
        ("351 912 345 678", "BR", "351912345678"),
        ("912 345 678", "pt", "351912345678"),
        ("+52 1 55 1234 5678", "BR", "525512345678"),
        ("+54 11 15 2345-6789", "BR", "5491123456789"),
    ],
)
def test_other_numbers_keep_to_their_own_country(written: str, region: str, number: str) -> None:
    assert normalise(written, region) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  ",
        "Bia",
        "BR.1349120865530274",
        "12345",
        "+55 11 8765",
        "11 57654-3210",
        "+",
        "(-)",
        "1" * 40,
        "11\n22",
        "+0",
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(NotAPhone):
        normalise(written)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    try:
        number = normalise(text)
    except NotAPhone:
        return
    assert number.isascii()
    assert number.isdigit()
    assert len(number) <= 15


@given(old_mobiles)
def test_both_spellings_of_a_brazilian_mobile_have_one_key(old: str) -> None:
    today = f"{old[:4]}9{old[4:]}"
    assert match_key(old) == match_key(today) == today
    assert set(spellings(old)) == set(spellings(today)) == {old, today}


@given(landlines, st.sampled_from("23456789"))
def test_a_landline_is_nobodys_mobile(landline: str, first: str) -> None:
    assert match_key(landline) == landline
    assert match_key(landline) != match_key(f"{landline[:4]}9{landline[4:]}")
    assert match_key(landline) != match_key(f"{landline[:4]}9{first}{landline[5:]}")


@given(mexicans)
def test_both_spellings_of_a_mexican_number_have_one_key(number: str) -> None:
    assert match_key(number) == match_key(f"521{number[2:]}") == number


@given(argentines)
def test_all_spellings_of_an_argentine_number_have_one_key(number: tuple[str, str]) -> None:
    area, rest = number
    spelled = {match_key(f"54{area}{rest}"), match_key(f"549{area}{rest}"), match_key(f"54{area}15{rest}")}
    assert spelled == {f"54{area}{rest}"}


@given(st.text("0123456789", min_size=1, max_size=20))
def test_a_key_is_its_own_key(number: str) -> None:
    assert match_key(match_key(number)) == match_key(number)


@given(old_mobiles, old_mobiles)
def test_two_people_have_two_keys(one: str, other: str) -> None:
    assert (match_key(one) == match_key(other)) == (one == other)


@pytest.mark.parametrize("value", ["BR.1349120865530274", "+5511987654321", "", "५५"])
def test_a_user_id_never_becomes_a_key(value: str) -> None:
    with pytest.raises(NotAPhone):
        match_key(value)


# A person's number, and all the ways in which WhatsApp and people write it.
people = st.one_of(
    old_mobiles.map(lambda old: (old, f"{old[:4]}9{old[4:]}")),
    landlines.map(lambda each: (each,)),
    mexicans.map(lambda each: (each, f"521{each[2:]}")),
    argentines.map(lambda each: tuple(f"54{way}" for way in ("".join(each), f"9{''.join(each)}", "15".join(each)))),
    st.builds("1{}{}".format, st.sampled_from(["650", "212", "415"]), digits(7)).map(lambda each: (each,)),
    st.builds("35191{}".format, digits(7)).map(lambda each: (each,)),
)


@given(st.lists(people, min_size=2, max_size=8))
def test_every_spelling_leads_to_its_own_number_and_to_no_other(numbers: list[tuple[str, ...]]) -> None:
    keys = [{match_key(spelled) for spelled in ways} for ways in numbers]
    assert all(len(each) == 1 for each in keys)
    distinct = {frozenset(ways) for ways in numbers}
    assert len({key for each in keys for key in each}) == len(distinct)


@given(people)
def test_what_is_normal_stays_so_and_keeps_its_key(ways: tuple[str, ...]) -> None:
    for spelled in ways:
        try:
            number = normalise(f"+{spelled}")
        except NotAPhone:  # no country gives such a number out
            continue
        assert normalise(f"+{number}") == number
        assert match_key(number) == match_key(spelled)
