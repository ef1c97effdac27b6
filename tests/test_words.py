"""Messages with values, plural forms, ordinals, numbers and dates in several languages."""

from __future__ import annotations

import pickle

import pytest

from guidepress.words import Words
from tests.project import words_in


def words(**messages: str) -> Words:
    return Words(messages, {}, "en")


def test_a_message_names_values_and_other_messages() -> None:
    own = words(chapter="Lesson", place="{chapter} {n}", titled="{place}: {title}")
    assert own.phrase("titled", n=7, title="{n}") == "Lesson 7: {n}"
    assert own.around("place") == ("Lesson ", "")


@pytest.mark.parametrize("text", ["{nothing}", "{", "{}", "{n.__class__}", "{n!r}", "%s"])
def test_what_is_no_name_stays(text: str) -> None:
    assert words(a=text).phrase("a", n=1) == text


def test_messages_in_a_circle_end() -> None:
    assert words(a="{b}", b="{a}").phrase("a") in ("{a}", "{b}")


def test_pickling() -> None:
    copy = pickle.loads(pickle.dumps(words_in("ar")))
    assert copy.phrase("n-hours", n=2) == "ساعتان"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", {0: "0 hours", 1: "1 hour", 2: "2 hours"}),
        ("de", {1: "1 Stunde", 5: "5 Stunden"}),
        ("fr", {0: "0 heure", 1: "1 heure", 2: "2 heures"}),
        ("es", {1: "1 hora", 2: "2 horas"}),
        ("hi", {1: "1 घंटा", 2: "2 घंटे"}),
        ("zh-CN", {1: "1 小时", 5: "5 小时"}),
        ("ar", {0: "0 ساعة", 1: "ساعة واحدة", 2: "ساعتان", 3: "3 ساعات", 11: "11 ساعة"}),
        ("ar", {99: "99 ساعة", 100: "100 ساعة", 102: "102 ساعة", 103: "103 ساعات"}),
    ],
)  # fmt: skip
def test_plural_forms(language: str, expected: dict[int, str]) -> None:
    own = words_in(language)
    assert {n: own.phrase("n-hours", n=n) for n in expected} == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1st 2nd 3rd 4th 11th 21st"),
        ("de", "1. 2. 3. 4. 11. 21."),
        ("fr", "1er 2e 3e 4e 11e 21e"),
        ("hi", "1ला 2रा 3रा 4था 11वाँ 21वाँ"),
    ],
)
def test_ordinals(language: str, expected: str) -> None:
    own = words_in(language)
    assert " ".join(own.ordinal(n) for n in (1, 2, 3, 4, 11, 21)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "-1,234,567.50 007 12"),
        ("de", "-1.234.567,50 007 12"),
        ("hi", "-12,34,567.50 007 12"),
        ("ar", "-1,234,567.50 007 12"),
        ("x-unknown", "-1,234,567.50 007 12"),
    ],
)
def test_numbers_keep_the_digits_that_were_typed(language: str, expected: str) -> None:
    own = words_in(language)
    assert " ".join(own.number(typed) for typed in ("-1234567.50", "007", "12")) == expected
    assert own.number("v1.2.3") == "v1.2.3"


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "2025-11-01", "2025-11"),
        ("de", "1. November 2025", "November 2025"),
        ("fr", "1 novembre 2025", "novembre 2025"),
        ("es", "1 de noviembre de 2025", "noviembre de 2025"),
        ("hi", "1 नवंबर 2025", "नवंबर 2025"),
        ("ar", "1 نوفمبر 2025", "نوفمبر 2025"),
        ("zh-CN", "2025年11月1日", "2025年11月"),
    ],
)
def test_dates(language: str, day: str, month: str) -> None:
    own = words_in(language)
    assert (own.date("2025-11-01"), own.date("2025-11")) == (day, month)


@pytest.mark.parametrize("typed", ["2025", "spring 2025", "2025-13-01", "2025-00", ""])
def test_what_is_no_date_stays_as_it_was_typed(typed: str) -> None:
    assert words_in("de").date(typed) == typed
