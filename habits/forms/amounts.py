"""Amounts and rule breaches in forms."""

from decimal import Decimal
from typing import Any

from django import forms

from smarthabit.kernel.errors import RuleError

LARGEST = Decimal(10**9)


class AmountField(forms.DecimalField):
    """An amount of at most three decimals, not below 0. Cleans to whole thousandths, or None when left empty."""

    def __init__(self, **options: Any) -> None:
        options = {"min_value": 0, "max_value": LARGEST, "decimal_places": 3, **options}
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def clean(self, value: Any) -> Any:
        """Thousandths."""
        number = super().clean(value)
        return None if number is None else int(number * 1000)


def place_error(form: forms.Form, error: RuleError, places: dict[str, str] | None = None) -> None:
    """Show a rule breach at its field: the one `places` names, else the one of the same name, else on top."""
    name = (places or {}).get(error.field or "", error.field)
    form.add_error(name if name in form.fields else None, error.message)
