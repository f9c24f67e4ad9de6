"""Objectives for other systems: which there are, what they stood at, and new values."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import BeforeValidator, Field

from programmes.api.caller import caller_with
from programmes.api.refusal import not_found, refusal_of
from programmes.database.clock import database_now
from programmes.design.fields import LONGEST_KEY
from programmes.design.years import FIRST_YEAR, LAST_YEAR
from programmes.models import ApiToken, Objective, ObjectiveValue
from programmes.queries.measures import with_figures
from programmes.services.value import Bringer, NewValue, Source, record_value

router = Router(tags=["Objectives"])
READ, WRITE = ApiToken.Right.OBJECTIVES_READ, ApiToken.Right.OBJECTIVES_WRITE
LIST = "/api/v1/objectives/"
MOST_VALUES = 366
NUMBER = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,2})?")


def iso_day(given: Any) -> Any:
    """Refuse what only looks like a day, such as seconds since 1970; raises ValueError."""
    if not isinstance(given, str) or len(given) != len("2026-11-24"):
        raise ValueError("Enter a date as text, such as 2026-11-24.")
    return given


def plain_number(given: Any) -> Any:
    """Refuse digits of other scripts and separators between digits; raises ValueError."""
    if isinstance(given, str) and not NUMBER.fullmatch(given):
        raise ValueError("Enter a number without thousands separators, such as 2600 or 71.5.")
    return given


Day = Annotated[
    date, BeforeValidator(iso_day), Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))
]


class ObjectiveOut(Schema):
    """An objective, with its latest value."""

    id: int
    name: str
    stream: str | None
    measure: str
    unit: str
    start_value: float
    target_value: float
    value: float | None
    measured_on: date | None
    starts_on: date
    due_on: date
    computed_by: str


class ValueIn(Schema):
    """A value to write down."""

    value: Annotated[
        Decimal,
        BeforeValidator(plain_number),
        Field(max_digits=12, decimal_places=2, examples=[71.5]),
    ]
    measured_on: Annotated[Day, Field(examples=["2026-11-24"])]
    note: Annotated[str, Field(max_length=240, examples=["Weekly report"])] = ""


class ValueOut(Schema):
    """A value that counts."""

    id: int
    value: float
    measured_on: date
    note: str
    source: str
    recorded_at: datetime


class ErrorOut(Schema):
    """Why a call was refused, and what to do."""

    error: str
    what_to_do: str
    fields: dict[str, list[str]] = {}


REFUSALS: dict[Any, Any] = {(401, 403, 404, 422, 429): ErrorOut}


@router.get("/", response={200: list[ObjectiveOut], **REFUSALS}, url_name="objective-list")
def objective_list(request: HttpRequest) -> list[ObjectiveOut]:
    """List the objectives of the programme and of its streams, with their latest values."""
    token = caller_with(request, READ)
    found = token.programme.objectives.present().select_related("stream")
    return [_said(one) for one in with_figures(found, token.programme, database_now())]


@router.get("/{pk}/values/", response={200: list[ValueOut], **REFUSALS}, url_name="value-list")
def value_list(request: HttpRequest, pk: str) -> list[ObjectiveValue]:
    """List the values of an objective that count, the latest first, 366 at most."""
    objective = _objective(caller_with(request, READ), pk)
    return list(objective.values.present()[:MOST_VALUES])


@router.post(
    "/{pk}/values/",
    response={201: ValueOut, 200: ValueOut, **REFUSALS},
    url_name="value-list",
)
def value_add(request: HttpRequest, pk: str, body: ValueIn) -> Any:
    """Send a value. Sending the same again changes nothing, and answers 200 in place of 201."""
    token = caller_with(request, WRITE)
    objective, now = _objective(token, pk), database_now()
    new = NewValue(body.value, body.measured_on, body.note.replace("\x00", ""))
    by = Bringer(token.made_by, Source.SENT, token)
    try:
        row = record_value(objective, new, by, now)
    except ValidationError as refusal:
        raise refusal_of(refusal) from refusal
    return Status(201 if row.recorded_at == now else 200, row)


def _objective(token: ApiToken, pk: str) -> Objective:
    """Return an objective of the token's programme; raises RefusedError if there is none."""
    is_key = pk.isascii() and pk.isdecimal() and len(pk) <= LONGEST_KEY
    found = token.programme.objectives.present().filter(pk=pk).first() if is_key else None
    if found is None:
        raise not_found("objective", LIST)
    return found


def _said(one: Objective) -> ObjectiveOut:
    names = (name for name in ObjectiveOut.model_fields if name not in ("id", "stream"))
    values = {name: getattr(one, name) for name in names}
    return ObjectiveOut(id=one.pk, stream=one.stream.name if one.stream else None, **values)
