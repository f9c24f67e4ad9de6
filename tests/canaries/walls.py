"""The places that narrow rows to what is in view, and a way to take one of them out for a while.

A wall is a call of ``within`` in a view, or in a form, query or tag that a view calls. Which of
them stand behind a request is noted while it is answered.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, wraps
from importlib import import_module
from inspect import getattr_static, unwrap
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("programmes", "stakeholders", "communications", "events", "feedback", "onelift")
ROOMS = {"views", "forms", "queries", "templatetags"}


@dataclass(frozen=True)
class Wall:
    """One call of ``within``: its module, the function it stands in, and where it stands there."""

    path: str
    function: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} in {self.function}"


@cache
def all_walls() -> list[Wall]:
    """Return the walls of all rooms, in the order of their files."""
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if ROOMS & {*path.parts, path.stem}:
                found += _walls_of(path)
    return found


def _walls_of(path: Path) -> Iterator[Wall]:
    for name, function in _functions(ast.parse(path.read_text(encoding="utf-8")).body):
        for node in ast.walk(function):
            if _is_wall(node):
                where = str(path.relative_to(ROOT))
                yield Wall(where, name, node.func.end_lineno, node.func.end_col_offset)


def _functions(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions of a module and the methods of its classes, by their qualified names."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{inside}{node.name}.")
        if isinstance(node, ast.FunctionDef):
            yield inside + node.name, node


def _is_wall(node: ast.AST) -> bool:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and node.func.attr == "within"


@contextmanager
def without(wall: Wall) -> Iterator[None]:
    """Let a wall give all rows while the block lasts."""
    function = _function_of(wall)
    kept = function.__code__
    function.__code__ = _code_without(wall)
    try:
        yield
    finally:
        function.__code__ = kept


def _function_of(wall: Wall) -> FunctionType:
    """Return the function as it was written, under all that decorates it."""
    found: Any = import_module(wall.path.removesuffix(".py").replace("/", "."))
    for name in wall.function.split("."):
        found = getattr_static(found, name)
    for kind, inner in ((property, "fget"), (cached_property, "func"), (staticmethod, "__func__")):
        found = getattr(found, inner) if isinstance(found, kind) else found
    function: FunctionType = unwrap(found)
    return function


def _code_without(wall: Wall) -> CodeType:
    tree = ast.parse((ROOT / wall.path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if _is_wall(node) and (node.func.end_lineno, node.func.end_col_offset) == (
            wall.line,
            wall.column,
        ):
            node.func.attr, node.args, node.keywords = "all", [], []
    code = compile(tree, str(ROOT / wall.path), "exec")
    return next(one for one in _codes_in(code) if one.co_qualname == wall.function)


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes_in(one)


_met: set[tuple[str, str]] = set()


def met() -> frozenset[tuple[str, str]]:
    """Return module and function of the walls that were met since it was asked last."""
    found = frozenset(_met)
    _met.clear()
    return found


def note_walls() -> None:
    """Note from now on where ``within`` is called."""
    for model in apps.get_models():
        # Where texts are translated, the queryset is a class made of ours.
        for one in type(model._default_manager.none()).__mro__:
            own = one.__dict__.get("within")
            if own and not hasattr(own, "__wrapped__"):
                one.within = _noting(own)  # type: ignore[attr-defined]


def _noting(within: Any) -> Any:
    @wraps(within)
    def noting(rows: Any, scope: Any) -> Any:
        frame: FrameType | None = sys._getframe(1)
        while frame and not _is_ours(frame.f_code.co_filename):
            frame = frame.f_back
        if frame:
            path = str(Path(frame.f_code.co_filename).relative_to(ROOT))
            _met.add((path, frame.f_code.co_qualname.split(".<locals>")[0]))
        return within(rows, scope)

    return noting


@cache
def _is_ours(name: str) -> bool:
    path = Path(name)
    if not path.is_relative_to(ROOT) or "models" in path.parts:
        return False
    return path.relative_to(ROOT).parts[0] in APPS
