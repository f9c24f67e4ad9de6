// A hint of the glossary puts its word into the text: in place of the part of it that is written
// there, else where the cursor was. Without scripts the hint is all.
"use strict";
(() => {
  const show = (part) => {
    for (const button of part.querySelectorAll("button[data-word]")) button.hidden = false;
  };
  show(document);
  document.addEventListener("htmx:load", ({ target }) => show(target));

  const field = (row) => document.getElementById(`sentence-${row}`)
    ?? document.querySelector(`#row-${row} textarea, #row-${row} input`)
    ?? document.getElementById("id_body");

  // Where the longest part of the word stands in a text, as a whole word.
  const place = (text, word) => {
    const parts = [word, ...word.split(/\s+/)].sort((one, other) => other.length - one.length);
    for (const part of parts.filter((one) => one.length > 3)) {
      const found = new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape?.(part)
        ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "iu").exec(text);
      if (found) return [found.index, found.index + found[0].length];
    }
    return null;
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-word]");
    if (!button) return;
    const into = field(button.dataset.at);
    const { word } = button.dataset;
    const [start, end] = place(into.value, word) ?? [into.selectionStart, into.selectionEnd];
    into.focus();
    into.setRangeText(word, start, end, "end");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
