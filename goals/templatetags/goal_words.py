"""Goals in words, for templates. Amounts are in thousandths."""

from django import template

from goals import words
from goals.selectors import GoalView

register = template.Library()


@register.filter
def goal_amount(milli: int, view: GoalView) -> str:
    """An amount of a goal, with what it counts."""
    return words.amount_of(milli, view.spec.measure, view.goal.unit)
