"""Each rule of the style sheets is for a page: its classes are in a quoted string."""

import ast
import re
from functools import cache

from tests.test_shape import ROOT, modules


@cache
def quoted():
    """Return the words in quoted strings: of code without docstrings, of pages without texts."""
    strings = [one for path in modules() for one in strings_of(path)]
    for path in (*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js")):
        text = re.sub(r"{#.*?#}|{% (?:block)?translate \"[^\"]*\"", "", path.read_text("utf-8"))
        strings += re.findall(r"{% block \w*class %}([^{]*)", text)
        strings += re.findall(
            r'"[^"]*"' if path.suffix == ".html" else r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", text
        )
    return set(re.findall(r"[\w-]+", "\n".join(strings)))


def strings_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in found if isinstance(node.value, str) and id(node) not in prose]


def test_each_rule_of_the_style_sheets_is_for_something():
    # admin.css dresses the pages of Django's administration, and these are put together.
    put_together = re.compile(r"(?:is|k)-(.+)|(?:ht|q)\d")
    sheets = [p for p in (ROOT / "static/css").glob("*.css") if p.name != "admin.css"]
    texts = "".join(p.read_text(encoding="utf-8") for p in sheets)
    selectors = re.findall(r"([^{};]+)\{", re.sub(r"/\*.*?\*/", "", texts, flags=re.DOTALL))
    classes = {name for each in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", each)}
    assert len(classes) > 200
    parts = {name: put_together.fullmatch(name) for name in classes - quoted()}
    assert {
        n for n, part in parts.items() if not part or (part[1] or "is") not in quoted()
    } == set()
