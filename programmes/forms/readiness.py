"""What is typed about readiness: thresholds, and overrides."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.design.fields import FILL_IN, DayField, KeptTextField
from programmes.models import Override
from programmes.queries.readiness import Step
from programmes.queries.wave_readiness import Setting

MOST_STEPS = 3
EARLIEST, LATEST = 365, -60


class ThresholdForm(forms.Form):
    """What a rule asks for, in up to three steps towards the go-live, and who owns it."""

    owner: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        required=False,
        queryset=None,
        empty_label=gettext_lazy("No owner"),
    )
    reason = KeptTextField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Not needed if only the owner changes. Kept in the history of the rule and in the "
            "audit trail."
        ),
    )

    def __init__(self, data: Any, *, setting: Setting, users: QuerySet[Any]) -> None:
        super().__init__(data, initial={"owner": setting.owner})
        self._before = setting
        self.fields["owner"].queryset = users  # type: ignore[attr-defined]
        for n in range(1, MOST_STEPS + 1):
            step = setting.steps[n - 1] if n <= len(setting.steps) else None
            self.fields[f"days_{n}"] = forms.IntegerField(
                label=_("Days before go-live, step %(n)d") % {"n": n},
                required=n == 1,
                min_value=LATEST,
                max_value=EARLIEST,
                initial=step and step.days,
            )
            self.fields[f"percent_{n}"] = forms.IntegerField(
                label=_("Minimum in percent, step %(n)d") % {"n": n},
                required=n == 1,
                min_value=0,
                max_value=100,
                initial=step and step.percent,
            )
        self.order_fields([*self._names(), "owner", "reason"])

    def _names(self) -> list[str]:
        return [f"{part}_{n}" for n in range(1, MOST_STEPS + 1) for part in ("days", "percent")]

    def clean(self) -> dict[str, Any]:
        """Ask for both numbers of a step, and for each day once."""
        values = super().clean() or {}
        seen: set[int] = set()
        for n in range(1, MOST_STEPS + 1):
            days, percent = values.get(f"days_{n}"), values.get(f"percent_{n}")
            if (days is None) != (percent is None) and not self._is_wrong(n):
                lacking = f"days_{n}" if days is None else f"percent_{n}"
                self.add_error(lacking, _("Enter both numbers of the step, or neither."))
            if days in seen:
                self.add_error(
                    f"days_{n}", _("Another step already uses this day. Enter another one.")
                )
            if days is not None:
                seen.add(days)
        self._ask_why(values)
        return values

    def _ask_why(self, values: dict[str, Any]) -> None:
        """Ask for a reason where a number changes; a new owner alone needs none."""
        if self.errors or values.get("reason"):
            return
        if sorted(self.setting.steps) != sorted(self._before.steps):
            self.add_error("reason", FILL_IN % {"field": self.fields["reason"].label})

    def _is_wrong(self, n: int) -> bool:
        return bool({f"days_{n}", f"percent_{n}"} & set(self.errors))

    @property
    def setting(self) -> Setting:
        """Return what a valid form asks for."""
        values = self.cleaned_data
        pairs = [
            (values.get(f"days_{n}"), values.get(f"percent_{n}")) for n in range(1, MOST_STEPS + 1)
        ]
        steps = [Step(d, p) for d, p in pairs if d is not None and p is not None]
        return Setting(tuple(steps), values["owner"])


class OverrideForm(forms.Form):
    """Another state than the rules', until a day."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("State"), choices=Override._meta.get_field("verdict").choices or ()
    )
    until_on = DayField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy(
            "Last day of the override, at most 60 days ahead. After that, the rules apply again."
        ),
    )
    reason = KeptTextField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everyone who sees the state can read it."),
    )
