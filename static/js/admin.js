// Names what Django's forms leave without one: fields in tables, and fields that search as one types.
"use strict";
(() => {
  const headingOf = (cell) => {
    const row = cell?.closest("table")?.tHead?.rows[0];
    return row?.cells[cell.cellIndex]?.textContent.trim() ?? "";
  };
  const nameOf = (field) => {
    const label = field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const text = label ? label.textContent : headingOf(field.closest("td"));
    return text.trim().replace(/:$/, "");
  };
  const nameSelect = (select) => {
    const name = nameOf(select);
    const box = select.nextElementSibling;
    if (!name || !box?.classList.contains("select2-container")) return;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", name);
    }
    // What select2 calls a list holds the button that empties it as well.
    for (const list of box.querySelectorAll("ul.select2-selection__rendered")) {
      list.setAttribute("role", "group");
      list.setAttribute("aria-label", name);
      for (const item of list.querySelectorAll("li")) item.setAttribute("role", "presentation");
    }
  };
  const nameField = (field) => {
    if (!field.labels?.length) field.setAttribute("aria-label", nameOf(field));
  };
  const nameAll = () => {
    document.querySelectorAll("select.admin-autocomplete").forEach(nameSelect);
    document.querySelectorAll(".tabular td :is(input, select, textarea):not([type=hidden])").forEach(nameField);
    for (const empty of document.querySelectorAll(".tabular th:empty")) {
      const cell = document.createElement("td");
      cell.className = empty.className;
      empty.replaceWith(cell);
    }
  };
  // Such fields are made after the page was read, and again for each row that is added.
  const observe = () => new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  nameAll();
  observe();
})();
