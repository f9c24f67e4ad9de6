"""The house keeps its shape: short functions, short files, and names that say what is inside."""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

from django.conf import settings

from onelift.version import VERSION

ROOT = Path(settings.BASE_DIR)
APPS = ("programmes", "stakeholders", "communications", "events", "feedback", "onelift")
NAMED_BY_DJANGO = ROOT / "onelift/postgresql/base.py"  # it looks for an engine in this module
NAMELESS = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc"}


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def modules():
    """Return the production modules; migrations are written by Django."""
    found = chain.from_iterable((ROOT / app).rglob("*.py") for app in APPS)
    return [path for path in found if "migrations" not in path.parts]


@cache
def lengths():
    """Return how many lines each function takes, with its signature and docstring."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in modules())
    nodes = chain.from_iterable(ast.walk(tree) for tree in trees)
    functions = (n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return [function.end_lineno - function.lineno + 1 for function in functions]


def test_all_floors_are_measured():
    assert {path.relative_to(ROOT).parts[0] for path in modules()} == set(APPS)
    assert len(lengths()) > 1000


def test_half_of_the_functions_have_seven_lines_at_most():
    assert median(lengths()) <= 7


def test_nine_of_ten_functions_have_twenty_lines_at_most():
    assert quantiles(lengths(), n=10)[-1] <= 20


def test_no_module_is_longer_than_three_hundred_lines():
    assert [str(path) for path in modules() if lines(path) > 300] == []


def test_no_room_of_a_wing_has_more_than_twenty_modules():
    rooms = Counter(path.parent for path in modules() if path.stem != "__init__")
    crowded = {str(room.relative_to(ROOT)): count for room, count in rooms.items() if count > 20}
    assert crowded == {}


def test_no_template_is_longer_than_a_hundred_and_twenty_lines():
    templates = list((ROOT / "templates").rglob("*.html"))
    assert len(templates) > 100
    assert [str(path) for path in templates if lines(path) > 120] == []


def test_the_version_stands_in_one_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {
        "attr": "onelift.version.VERSION"
    }
    others = [path for path in modules() if path != ROOT / "onelift/version.py"]
    assert [path for path in others if f'"{VERSION}"' in path.read_text(encoding="utf-8")] == []


def test_no_module_has_a_name_that_says_nothing():
    ours = [path for path in modules() if path != NAMED_BY_DJANGO]
    assert [str(path) for path in ours if NAMELESS & {path.stem, path.parent.name}] == []


@cache
def sources():
    """Return the words of all that may name a class, a tag or a component."""
    pages = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    scripts = list((ROOT / "static/js").glob("*.js"))
    return "\n".join(p.read_text(encoding="utf-8") for p in (*modules(), *pages, *scripts))


def test_each_component_and_each_tag_is_used_by_a_page():
    components = {path.name for path in (ROOT / "templates/components").glob("*.html")}
    assert {name for name in components if f"components/{name}" not in sources()} == set()
    tags = re.findall(
        r"@register\.(simple_tag|inclusion_tag|simple_block_tag|filter)\b.*\ndef (\w+)", sources()
    )
    assert len(tags) > 30
    for kind, name in tags:
        sign = r"\|\s*" if kind == "filter" else r"{%\s*"
        assert re.search(rf"{sign}{name}\b", sources()), name


def test_no_line_of_a_template_is_longer_than_a_hundred_and_sixty():
    # A single tag or attribute cannot be broken, and mail programs show what is between tags.
    whole = re.compile(r">?T|(?:<\w+ )?[\w-]+=\"\S*\"?>?")
    long = [
        (path.name, line)
        for path in (ROOT / "templates").rglob("*.html")
        if path.parent.name != "mail"
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) > 160
    ]
    parts = [(name, re.sub(r"{%.*?%}|{{.*?}}", "T", line.strip())) for name, line in long]
    assert [part for part in parts if not whole.fullmatch(part[1])] == []


# Rooms whose functions are formulas.
FORMULAS = {"scoring", "suppression"}


def documented(path):
    """Yield the public functions of a module, each with whether it must have a docstring."""
    is_formula = bool(FORMULAS & {path.stem, path.parent.name})
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
                    yield each, is_formula or each.end_lineno - each.lineno + 1 > 12


def test_long_functions_and_formulas_say_what_they_are():
    asked = [(path, each) for path in modules() for each, must in documented(path) if must]
    assert len(asked) > 300
    bare = [f"{path}:{each.lineno}" for path, each in asked if not ast.get_docstring(each)]
    assert bare == []


def test_a_comment_in_a_template_is_on_one_line():
    # Django prints one that is not.
    texts = {path: path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")}
    broken = [
        f"{path.relative_to(ROOT)}: {line}"
        for path, text in texts.items()
        for line in text.splitlines()
        if line.count("{#") != line.count("#}")
    ]
    assert broken == []
