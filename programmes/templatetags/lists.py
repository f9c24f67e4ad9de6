"""What lists are searched through by: chips, headings that sort, pages. Built in, as ``looks``."""

from collections.abc import Mapping
from typing import Any

from django import template

from programmes.templatetags.addresses import changed_query

register = template.Library()

# So many choices of a filter stand in a row; the others come when they are asked for.
CHIPS = 3


@register.inclusion_tag("components/chip.html", takes_context=True)
def chip(
    context: Mapping[str, Any], label: str, name: str, value: str, count: int | None = None
) -> dict[str, Any]:
    """Show one choice of a filter as a link; the chosen one takes itself away again.

    ``count``: how many the list has with this choice and all that is chosen otherwise.
    """
    query = context["request"].GET
    is_on = query.get(name) == str(value)
    url = changed_query(query, **{name: None if is_on else value})
    return {"label": label, "url": url, "is_on": is_on, "count": count}


@register.inclusion_tag("components/chips.html", takes_context=True)
def chips(context: Mapping[str, Any], group: Mapping[str, Any]) -> dict[str, Any]:
    """Show the choices of one filter: the first, the chosen one, and the others on demand."""
    request, name, choices = context["request"], group["name"], group["choices"]
    is_long, is_unfolded = len(choices) > CHIPS + 1, request.GET.get("more") == name
    chosen = [each for each in choices[CHIPS:] if request.GET.get(name) == str(each["value"])]
    shown = [*choices[:CHIPS], *chosen] if is_long and not is_unfolded else choices
    return {
        "request": request,
        "group": group,
        "choices": shown,
        "rest": len(choices) - len(shown),
        "more_url": changed_query(request.GET, more=name),
        "fewer_url": changed_query(request.GET, more=None) if is_long and is_unfolded else "",
    }


@register.inclusion_tag("components/chip_menu.html", takes_context=True)
def chip_menu(context: Mapping[str, Any], group: Mapping[str, Any]) -> dict[str, Any]:
    """Show the choices of one filter as a menu that says what is chosen."""
    value = context["request"].GET.get(group["name"], "")
    chosen = [each["label"] for each in group["choices"] if str(each["value"]) == value]
    return {"request": context["request"], "group": group, "chosen": "".join(map(str, chosen))}


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(
    context: Mapping[str, Any],
    label: str,
    key: str,
    *,
    numeric: bool = False,
    default: bool = False,
) -> dict[str, Any]:
    """Show a column's heading as a link that sorts by it, and turns round if it does already.

    ``default``: so it is sorted where the address does not say.
    """
    chosen = context["request"].GET.get("sort") or (key if default else "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(chosen, "")
    next_sort = f"-{key}" if direction == "ascending" else key
    return {
        "label": label,
        "url": changed_query(context["request"].GET, sort=next_sort),
        "direction": direction,
        "numeric": numeric,
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Mapping[str, Any], page: Any, *, brief: bool = False, beside: bool = False
) -> dict[str, Any]:
    """Show which rows of how many a page of ``Paginator`` holds, with the ways to the others.

    It gives the list its total, which figures that open the list are compared with. ``brief``: a
    single page shows nothing; ``beside``: the page is about another list, or none.
    """
    query = context["request"].GET

    def at(page_number: int) -> str:
        return changed_query(query, page=page_number)

    return {
        "page": page,
        "is_one_page": page.paginator.num_pages <= 1,
        "brief": brief,
        "beside": beside,
        "previous": at(page.previous_page_number()) if page.has_previous() else "",
        "next": at(page.next_page_number()) if page.has_next() else "",
    }
