// The editor of a message, a survey or an event: placeholders go in at the caret, Ctrl+S saves and
// stays, lines open and close in place.
"use strict";
(() => {
  const form = document.querySelector("form[data-editor]");
  let text = form.elements.body;

  // Text goes in where the caret is, in the field that had it last.
  const put = (words, from, to) => {
    text.focus();
    text.setRangeText(words, from, to, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  form.addEventListener("focusin", ({ target }) => {
    if (target === form.elements.subject || target === form.elements.body) text = target;
  });
  const wrap = (mark) => {
    const { selectionStart: from, selectionEnd: to, value } = text;
    put(`${mark}${value.slice(from, to)}${mark}`, from, to);
    if (from === to) text.setSelectionRange(from + mark.length, from + mark.length);
  };
  const begin = (mark) => {
    const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
    const lines = text.value.slice(from, text.selectionEnd);
    put(lines.replace(/^/gm, mark), from, text.selectionEnd);
  };
  const tools = form.querySelector("[data-tools]");
  if (tools) tools.hidden = false;
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { inserts, wraps, begins } = button.dataset;
    if (inserts) {
      button.closest("details").open = false;
      put(inserts, text.selectionStart, text.selectionEnd);
    }
    if (wraps) wrap(wraps);
    if (begins) begin(begins);
    if ("done" in button.dataset) close(button.closest("details"));
  });

  // An open line closes with Done and with Escape; the focus goes back to its chips.
  const close = (line) => {
    line.open = false;
    line.querySelector("summary").focus();
  };
  form.querySelectorAll("[data-done]").forEach((button) => { button.hidden = false; });
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest("details[data-line][open]");
    if (event.key === "Escape" && line) close(line);
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.key === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-stay]"));
    } else if (event.key === "b" && document.activeElement === form.elements.body) {
      event.preventDefault();
      wrap("**");
    }
  });
})();
