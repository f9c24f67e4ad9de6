// What is selected in a text under review becomes the passage of the next comment. Without scripts
// it is pasted into the field.
"use strict";
(() => {
  const text = document.querySelector("[data-passages]");
  const field = text && document.getElementById(text.dataset.passages);
  if (!field) return;

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const { commonAncestorContainer } = selection.getRangeAt(0);
    const passage = selection.toString().trim();
    const { maxLength } = field;
    if (text.contains(commonAncestorContainer) && passage) {
      field.value = maxLength > 0 ? passage.slice(0, maxLength) : passage;
    }
  });
})();
