// A translation, sentence by sentence: rows take the place of the body's field and are joined to
// it as one types. Ctrl+Enter leads to the next sentence, Alt with up and down to the next text,
// Alt+P puts in the next placeholder. Without scripts the body is one field beside its source.
"use strict";
(() => {
  const form = document.querySelector("form[data-sentences]");
  if (!form) return;
  const body = form.elements.body;
  const whole = form.querySelector("[data-whole]");
  const PLACEHOLDER = /\{\{\s*[a-z_]+\s*\}\}/g;
  const fields = () => [...form.querySelectorAll("#rows textarea")];
  let isJoining = false;

  // An empty sentence is left out; what parts it from the next stays if it parts them further.
  const deeper = (one, other) => (one.split("\n").length < other.split("\n").length ? other : one);
  const joined = () => {
    let text = "";
    let gap = "";
    for (const { value, dataset: { lead, tail } } of fields()) {
      if (value.trim()) {
        text += (text ? gap : "") + lead + value.trim();
        gap = tail;
      } else gap = deeper(gap, tail);
    }
    return text;
  };
  const join = () => {
    isJoining = true;
    body.value = joined();
    body.dispatchEvent(new Event("input", { bubbles: true }));
    isJoining = false;
  };

  const show = () => {
    document.getElementById("rows").hidden = false;
    whole.hidden = true;
  };
  show();
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;

  form.addEventListener("input", ({ target }) => {
    if (target.closest("#rows")) join();
    // What is put into the body by the draft that is taken up is cut into rows again.
    else if (target === body && !isJoining) window.htmx.trigger(form.querySelector("[data-cut]"), "rows");
  });

  const order = () => [form.elements.subject, ...fields()];
  const next = () => {
    const all = order();
    const place = all.indexOf(document.activeElement);
    const found = all[place + 1] ?? document.querySelector("[data-ready]");
    found.focus();
    found.scrollIntoView({ block: "nearest" });
  };
  const insert = () => {
    const field = document.activeElement;
    const source = document.getElementById(field.getAttribute("aria-describedby") ?? "")
      ?? field.closest("li")?.querySelector(".src");
    const kept = [...(source?.cloneNode(true).childNodes ?? [])].filter((node) => node.nodeName !== "DEL");
    const wanted = kept.map((node) => node.textContent).join("").match(PLACEHOLDER) ?? [];
    const missing = wanted.find((one) => !field.value.includes(one));
    if (!missing) return;
    field.setRangeText(missing, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      next();
    } else if (event.altKey && event.code === "KeyP" && order().includes(document.activeElement)) {
      event.preventDefault();
      insert();
    }
  });
  document.addEventListener("keydown", (event) => {
    const way = { ArrowDown: "[data-after]", ArrowUp: "[data-before]" }[event.key];
    if (!way || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.querySelector(way)?.click();
  });

  // A check or an error leads to the sentence, and not to the field that the rows stand for.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-row], a[href='#id_body']");
    if (!link) return;
    event.preventDefault();
    order()[Number(link.dataset.row ?? 1)]?.focus();
  });
})();
