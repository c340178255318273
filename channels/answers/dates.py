"""Days in a reply: "by Friday", "am 15.", "le 15 mars", "15/3", "a fin de mes", counted from the day of the reply.

The names of months and weekdays are CLDR's, by babel; what stands around them is in `answers.yaml`. General date
libraries were left aside: they answer with their best guess (a day in the past, a month for "mar"), and a promised day
that is guessed makes a reminder go too early or too late. Here whatever can be two days is not sure.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from babel import Locale

from channels.answers.lexicon import Lexicon
from channels.folding import words

MONTH_FIRST = frozenset({"en-us"})
"""Where 3/4 is the fourth of March. English without a region could be either."""
JUST_PAST = timedelta(days=60)
"""A day without a year that was no longer ago is a past day, and not one of next year."""
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names. `on` is None where it names a day that is over."""

    on: date | None
    words: str
    sure: bool
    weekday: bool = False
    """A weekday alone, which may be the last one as well as the next."""

    def comes_after(self, received_on: date) -> bool:
        """Whether the day is surely still to come."""
        return self.on is not None and self.on > received_on and not self.weekday


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to name a day: what it looks like, and the day and its certainty from a match."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], date], tuple[date | None, bool] | None]
    weekday: bool = False


def days_in(folded: str, known: Lexicon | None, locale: str | None, received_on: date) -> tuple[Day, ...]:
    """The days that a text (lower case, no accents) names for what is to come, in their order.

    `known` is what is known of the text's language; None reads figures alone. `locale` is that language, with its
    region where there is one.
    """
    text = " ".join(folded.split())
    found: list[tuple[int, Day]] = []
    for form in _forms(known, (locale or "").lower()):
        rest = ""
        end = 0
        for match in form.pattern.finditer(text):
            day = form.read(match, received_on)
            if day is None:
                continue
            on, sure = day
            found.append((match.start(), Day(on, match[0].strip(" .,"), sure, form.weekday)))
            # What was read is read once: "the end of next week" is no "next week".
            rest += text[end : match.start()] + "#" * len(match[0])
            end = match.end()
        text = rest + text[end:]
    return tuple(day for _, day in sorted(found, key=lambda pair: pair[0]))


@lru_cache(maxsize=64)
def _forms(known: Lexicon | None, locale: str) -> tuple[_Form, ...]:
    iso = _Form(re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), _iso)
    if known is None:
        return (iso, *_figures(locale, ()))
    return (
        *_elsewhere(known),
        iso,
        *_figures(locale, known.days.markers),
        *_named(known),
        *_weeks_after(known),
        *_relative(known),
        *_weekdays(known),
        *_days_of_month(known),
    )


def _any(texts: Iterable[str]) -> str:
    """A pattern for any of them; of none, one that is never found."""
    return "|".join(sorted((re.escape(words(text)) for text in texts), key=len, reverse=True)) or "(?!)"


# --- days that are not promised -------------------------------------------------------------------------------------


def _elsewhere(known: Lexicon) -> Iterator[_Form]:
    """An invoice's own date, and what was last week: read, so that nothing else reads them."""
    days = known.days
    numeric = r"\d{1,2}[./-]\d{1,2}(?:[./-](?:\d{4}|\d{2})?)?"
    spelt = rf"\d{{1,2}}\w{{0,2}}\.? (?:of |de )?(?:{_months(known)})(?: \d{{4}})?"
    weekdays = "|".join(_weekday_names(known))
    yield _Form(re.compile(rf"\b(?:{_any(days.about)}) (?:the )?(?:{numeric}|{spelt})"), _over)
    yield _Form(re.compile(rf"\b(?:{_any(days.last)}) (?:{weekdays})\b"), _over)
    yield _Form(re.compile(rf"\b(?:{weekdays}) (?:{_any(days.last)})\b"), _over)


def _over(_match: re.Match[str], _received: date) -> tuple[date | None, bool]:
    return None, True


# --- figures ----------------------------------------------------------------------------------------------------------


def _iso(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
    return _dated(int(match[3]), int(match[2]), match[1], received)


def _figures(locale: str, markers: Iterable[str]) -> Iterator[_Form]:
    """`15/3`, `15.3.`, `15.03.2026`, `15-03-2026`; a bare `15.3` or `15-3` only after a word like "by"."""

    def read(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
        first, second, year = int(match["first"]), int(match["second"]), match["year"]
        day, month = (second, first) if locale in MONTH_FIRST else (first, second)
        if month > 12 >= day:
            day, month = month, day
        found = _dated(day, month, year, received)
        if found is None:
            return None
        either = locale == "en" and first != second and max(first, second) <= 12
        return found[0], found[1] and not either

    year = r"(?P<year>\d{4}|\d{2})(?![\d.,])"
    number = r"(?<![\d.,/-])(?P<first>\d{1,2})"
    yield _Form(re.compile(rf"{number}(?P<sign>[./-])(?P<second>\d{{1,2}})(?P=sign){year}"), read)
    bare = r"(?P<year>)(?![\d/,])(?! ?(?:eur|€|£|\$|%))"
    yield _Form(re.compile(rf"{number}/(?P<second>\d{{1,2}}){bare}"), read)
    yield _Form(re.compile(rf"{number}\.(?P<second>\d{{1,2}})\.{bare}"), read)
    if markers:
        # "Pay by 15.3" and "on 15-3"; elsewhere such figures are as likely an amount or a number.
        marked = rf"\b(?:{_any(markers)}) (?P<first>\d{{1,2}})[.-](?P<second>\d{{1,2}})"
        yield _Form(re.compile(rf"{marked}{bare}"), read)


def _dated(day: int, month: int, year: str | None, received: date) -> tuple[date | None, bool] | None:
    """The day of these figures, the next one if they name no year; None where there is no such day."""
    try:
        if year:
            on = date(int(year) + (2000 if len(year) == 2 else 0), month, day)
            return (on, True) if on >= received else (None, False)
        on = date(received.year, month, day)
        if on < received - JUST_PAST:
            on = date(received.year + 1, month, day)
    except ValueError:
        return None
    return (on, True) if on >= received else (None, False)


# --- names of months --------------------------------------------------------------------------------------------------


def _named(known: Lexicon) -> Iterator[_Form]:
    """`15 March`, `March 15th, 2026`, `15. März`, `le 1er avril`, `end of March`."""
    numbers = _month_numbers(known)
    months, suffix = _months(known), _suffix(known)
    year = r"(?:,? (?:de |del |of )?(\d{4}))?"

    def day_first(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
        return _dated(int(match[1]), numbers[match[2]], match[3], received)

    def month_first(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
        return _dated(int(match[2]), numbers[match[1]], match[3], received)

    def end(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
        month = numbers[match[1]]
        return _last_of(received.year + (month < received.month), month), True

    yield _Form(re.compile(rf"\b(\d{{1,2}}){suffix}?\.? ?(?:of |de |d )?({months})\b\.?{year}"), day_first)
    yield _Form(re.compile(rf"\b({months})\.? (\d{{1,2}}){suffix}?\b(?![:.,]?\d){year}"), month_first)
    yield _Form(re.compile(rf"\b(?:{_any(known.days.end_of)}) ({months})\b"), end)
    yield _Form(re.compile(rf"\b(?:{_any(known.days.vague)}) ({months})\b"), _unclear)


def _unclear(_match: re.Match[str], _received: date) -> tuple[date | None, bool]:
    return None, False


@cache
def _names_of(language: str, what: str) -> dict[str, int]:
    """CLDR's names of months (1 to 12) or weekdays (0 is Monday), folded; months' short forms too."""
    calendar = Locale(language)
    forms = [calendar.months, calendar.days][what == "days"]
    widths = ("wide",) if what == "days" else ("wide", "abbreviated")
    return {
        words(name): number
        for context in ("format", "stand-alone")
        for width in widths
        for number, name in forms[context][width].items()
    }


def _month_numbers(known: Lexicon) -> dict[str, int]:
    return _names_of(known.language, "months") | {
        words(name): number for number, names in known.days.months.items() for name in names
    }


def _months(known: Lexicon) -> str:
    return _any(_month_numbers(known))


def _suffix(known: Lexicon) -> str:
    return f"(?: ?(?:{_any(known.days.suffixes)})(?!\\w))" if known.days.suffixes else "(?:)"


# --- counted from today -----------------------------------------------------------------------------------------------


def _relative(known: Lexicon) -> Iterator[_Form]:
    """`tomorrow`, `within ten days`, `in two weeks`, `the end of the month`, `next week`."""
    days = known.days
    numbers = {words(name): number for number, names in days.numbers.items() for name in names}
    units = {words(name): unit for unit, names in days.units.items() for name in names}

    def counted(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
        number = int(match[1]) if match[1].isdigit() else numbers[match[1]]
        unit = units[match[2]]
        if number > 366:
            return None
        if unit == "working_days":
            return _working_days_after(received, number), True
        return received + timedelta(
            days=number * {"days": 1, "weeks": 7, "months": 30}[unit]
        ), unit != "months"

    count = rf"(\d{{1,3}}|{_any(numbers)})"
    yield _Form(re.compile(rf"\b(?:{_any(days.within)}) {count} ({_any(units)})\b"), counted)
    yield from _plain(days.end_of_next_month, lambda on: (_last_of(*_month_after(on)), True))
    yield from _plain(days.end_of_next_week, lambda on: (_friday(on) + timedelta(weeks=1), True))
    yield from _plain(days.end_of_month, lambda on: (_last_of(on.year, on.month), True))
    yield from _week_and_day(known)
    yield from _plain(days.day_after_tomorrow, lambda on: (on + timedelta(days=2), True))
    yield from _plain(days.tomorrow, lambda on: (on + timedelta(days=1), True))
    yield from _plain(days.today, lambda on: (on, True))
    yield from _plain(days.next_week, lambda on: (_friday(on) + timedelta(weeks=1), True))
    yield from _plain(days.this_week, lambda on: (_friday(on), on <= _friday(on)))


def _plain(texts: Iterable[str], read: Callable[[date], tuple[date, bool]]) -> Iterator[_Form]:
    yield _Form(re.compile(rf"\b(?:{_any(texts)})\b"), lambda _match, received: read(received))


def _friday(on: date) -> date:
    """The Friday of the day's week; on a weekend it is over, and the day itself is what is left of the week."""
    return max(on + timedelta(days=_FRIDAY - on.weekday()), on)


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _month_after(on: date) -> tuple[int, int]:
    return (on.year + 1, 1) if on.month == 12 else (on.year, on.month + 1)


def _working_days_after(on: date, number: int) -> date:
    while number:
        on += timedelta(days=1)
        number -= on.weekday() <= _FRIDAY
    return on


# --- weekdays and days of the month -----------------------------------------------------------------------------------


def _weekday_numbers(known: Lexicon) -> dict[str, int]:
    return _names_of(known.language, "days") | {
        words(name): number for number, names in known.days.weekdays.items() for name in names
    }


def _weekday_names(known: Lexicon) -> tuple[str, ...]:
    return tuple(sorted(_weekday_numbers(known), key=len, reverse=True))


def _week_and_day(known: Lexicon) -> Iterator[_Form]:
    """`Friday of next week`, `Freitag nächster Woche`, `la semaine prochaine vendredi`."""
    numbers = _weekday_numbers(known)
    names, week = "|".join(_weekday_names(known)), _any(known.days.next_week)

    def read(match: re.Match[str], received: date) -> tuple[date | None, bool]:
        monday = received - timedelta(days=received.weekday()) + timedelta(weeks=1)
        return monday + timedelta(days=numbers[match[1]]), True

    yield _Form(re.compile(rf"\b({names}),? (?:of |in |de |della |van )?(?:{week})\b"), read)
    yield _Form(re.compile(rf"\b(?:{week}),? (?:on |am |le |el |il |op )?({names})\b"), read)


def _weeks_after(known: Lexicon) -> Iterator[_Form]:
    """`Friday week`, `vendredi en huit`: so many weeks after the next one."""
    numbers = _weekday_numbers(known)
    weeks = {words(text): number for number, texts in known.days.weeks_after.items() for text in texts}

    def read(match: re.Match[str], received: date) -> tuple[date | None, bool]:
        on, sure = _coming(numbers[match[1]], received)
        return on + timedelta(weeks=weeks[match[2]]), sure

    yield _Form(re.compile(rf"\b({'|'.join(_weekday_names(known))}) ({_any(weeks)})\b"), read)


def _coming(weekday: int, received: date) -> tuple[date, bool]:
    """The next such day. Who writes "Wednesday" on a Wednesday can mean today or the next one."""
    ahead = (weekday - received.weekday()) % 7
    return received + timedelta(days=ahead or 7), ahead > 0


def _weekdays(known: Lexicon) -> Iterator[_Form]:
    """`Friday` is the next one. `next Friday` is sure only where no Friday is left in this week."""
    numbers = _weekday_numbers(known)
    names, following = "|".join(_weekday_names(known)), _any(known.days.next)

    def after_next(match: re.Match[str], received: date) -> tuple[date | None, bool]:
        on, sure = coming(match, received)
        return (
            (on, sure)
            if on.isocalendar().week != received.isocalendar().week
            else (on + timedelta(weeks=1), False)
        )

    def coming(match: re.Match[str], received: date) -> tuple[date, bool]:
        return _coming(numbers[match[1]], received)

    yield _Form(re.compile(rf"\b(?:{following}) ({names})\b"), after_next)
    yield _Form(re.compile(rf"\b({names}) (?:{following})\b"), after_next)
    yield _Form(re.compile(rf"\b({names})\b"), coming, weekday=True)


def _days_of_month(known: Lexicon) -> Iterator[_Form]:
    """`the 15th`, `am 15.`, `le 15`, `el día 15`: the next one, or that of the next month where it says so."""
    ahead = _any(known.days.next_month)

    def read(match: re.Match[str], received: date) -> tuple[date | None, bool] | None:
        number = int(match[1])
        year, month = received.year, received.month
        if match[2] or number < received.day:
            year, month = _month_after(received)
        try:
            return date(year, month, number), True
        except ValueError:
            return None

    units = _any(name for names in known.days.units.values() for name in names)
    no_day = rf"(?![\d/:%€£$]|[.,]\d)(?! ?(?:%|€|£|\$|euros?\b|eur\b|{units}))"
    for text in known.days.day_of_month:
        shown = text.replace("#", rf"(\d{{1,2}}){no_day}")
        yield _Form(re.compile(rf"\b(?:{shown})(?!\w)(?: (?:of |de |del |du |van )?({ahead})\b)?"), read)
    yield from _plain_unclear(known.days.next_month + known.days.vague)


def _plain_unclear(texts: Iterable[str]) -> Iterator[_Form]:
    yield _Form(re.compile(rf"\b(?:{_any(texts)})\b"), _unclear)
