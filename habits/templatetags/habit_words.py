"""Habits in words, for templates. Amounts are in thousandths."""

from datetime import date

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from habits import words
from habits.charts import strip as strips
from habits.domain.schedule import StreakUnit
from habits.drawing import row_html
from habits.presets import ICONS
from habits.rows import Row
from smarthabit.kernel.templatetags.icons import drawn

register = template.Library()


@register.filter
def amount(milli: int | None, unit: str = "") -> str:
    """An amount with its unit, as the reader writes it; nothing for None."""
    return "" if milli is None else words.amount_words(milli, unit)


@register.filter
def span(first: date, last: date | None) -> str:
    """From one day to another, or open."""
    return words.span_words(first, last)


@register.simple_tag
def mark_path(mark: strips.Mark) -> str:
    """The path of a single mark."""
    return strips.strip([mark]).paths[0][1]


@register.inclusion_tag("components/axis.html")
def percent_axis() -> dict[str, object]:
    """The axis of a chart of shares, 140 high."""
    return {"axis": [(0, words.per_cent_words(1)), (70, words.per_cent_words(0.5)), (140, "0")]}


@register.filter
def on_day(state: str, day: str) -> str:
    """A day with its state: "Yesterday · done"."""
    return f"{day} · {state}"


@register.filter
def percent(share: float) -> int:
    """A share of 0 to 1 in whole per cent."""
    return round(share * 100)


@register.filter
def per_cent(share: float) -> str:
    """A share of 0 to 1 in whole per cent, as the reader writes it."""
    return words.per_cent_words(share)


@register.filter
def streak(count: int, unit: StreakUnit) -> str:
    """The length of a streak in its unit."""
    return words.streak_words(count, unit)


@register.filter
def day_name(day: date, today: date) -> str:
    """Today, Yesterday, or the weekday with its date."""
    return words.day_words(day, today)


@register.simple_tag(takes_context=True)
def row(context: Context, shown: Row) -> SafeString:
    """A habit's row, with the page's token in its forms."""
    return row_html(shown, str(context.get("csrf_token", "")))


@register.inclusion_tag("components/strip.html")
def strip(drawn: strips.Strip, sentence: str) -> dict[str, object]:
    """The marks of the last days."""
    return {"strip": drawn, "sentence": sentence}


@register.simple_tag
def habit_icon(name: str, size: int = 16) -> SafeString:
    """The icon of a habit; nothing for none, or for a name from elsewhere that has no picture here."""
    return drawn(name, size) if name in ICONS else SafeString()
