"""Local days, weeks, months and quarters of a unix second, at +08:00 without summer time."""

DAY_S = 86_400
UTC_OFFSET_S = 8 * 3_600


def day_of(at: int) -> int:
    """Return the local day: days since 1970-01-01 at +08:00."""
    return (at + UTC_OFFSET_S) // DAY_S


def week_of(at: int) -> int:
    """Return the local week, Monday first."""
    return (day_of(at) + 3) // 7


def month_of(at: int) -> int:
    """Return the local calendar month: 12 * year + month - 1."""
    year, month, _ = civil_date(day_of(at))
    return 12 * year + month - 1


def quarter_of(at: int) -> int:
    """Return the local calendar quarter: 4 * year + 0..3."""
    return month_of(at) // 3


def day_start(day: int) -> int:
    """Return the first unix second of a local day."""
    return day * DAY_S - UTC_OFFSET_S


def day_end(day: int) -> int:
    """Return the last unix second of a local day."""
    return day_start(day + 1) - 1


def month_start(at: int) -> int:
    """Return the first unix second of the calendar month that holds `at`."""
    day = day_of(at)
    return day_start(day - civil_date(day)[2] + 1)


def civil_date(day: int) -> tuple[int, int, int]:
    """Return (year, month, day of month) of a day counted from 1970-01-01.

    Whole years are counted from 1 March, so that the leap day comes last and needs no case of
    its own; 146,097 days make the 400 years after which the Gregorian calendar repeats.
    """
    era, day_of_era = divmod(day + 719_468, 146_097)
    year_of_era = (
        day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * day_of_year + 2) // 153
    month = march_month + 3 if march_month < 10 else march_month - 9
    year = 400 * era + year_of_era + (1 if month <= 2 else 0)
    return year, month, day_of_year - (153 * march_month + 2) // 5 + 1
