// The field that finds anything: "/" goes to it, arrows walk through what it offers, Escape leaves.
"use strict";
(() => {
  const form = document.querySelector("[data-find]");
  if (!form) return;
  const field = form.querySelector("input");
  const offered = form.querySelector(".ol-suggest");
  const links = () => [...offered.querySelectorAll("a")];
  const close = () => { offered.replaceChildren(); };

  const isWriting = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    event.preventDefault();
    const own = document.querySelector("main form[role=search] input[name=q]");
    const to = field.offsetParent ? field : own;
    to?.focus();
    to?.select();
  });

  form.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === "Escape") {
      close();
      field.focus();
    } else if (event.key in steps && links().length) {
      event.preventDefault();
      const order = [field, ...links()];
      const at = order.indexOf(document.activeElement) + steps[event.key];
      order.at(at % order.length).focus();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  // An answer that comes after the field was left stays away.
  form.addEventListener("htmx:beforeSwap", (event) => {
    if (!form.contains(document.activeElement)) event.detail.shouldSwap = false;
  });
})();
