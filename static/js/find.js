// The field that finds anything: "/" goes to it, arrows walk through what it offers, Enter opens the
// first, Escape leaves.
"use strict";
(() => {
  const forms = [...document.querySelectorAll("[data-find]")];
  if (!forms.length) return;

  // A key of its own can be in the way of who speaks to the computer: it can be switched off here.
  const switchOf = document.querySelector("[data-slash]");
  if (switchOf) {
    switchOf.checked = localStorage.getItem("ol-slash") !== "off";
    switchOf.closest("label").hidden = false;
    switchOf.addEventListener("change", () => localStorage.setItem("ol-slash", switchOf.checked ? "on" : "off"));
  }

  const isWriting = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || switchOf?.checked === false) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    event.preventDefault();
    const to = forms.map((form) => form.querySelector("input")).find((field) => field.offsetParent);
    to?.focus();
    to?.select();
  });

  const start = (form) => {
    const field = form.querySelector("input");
    const offered = form.querySelector(".ol-suggest");
    const links = () => [...offered.querySelectorAll("a")];
    const close = () => { offered.replaceChildren(); };
    // The text whose answer is shown, and the one that is to be opened once its answer is there.
    let answered = "";
    let wanted = "";

    const open = () => {
      const first = offered.querySelector("li a");
      if (first) location.assign(first.href);
      else form.submit();
    };
    form.addEventListener("submit", (event) => {
      // A button shows the whole page; Enter in the field opens what is best.
      if (document.activeElement !== field || !field.value.trim()) return;
      event.preventDefault();
      if (answered === field.value && offered.childElementCount) {
        open();
        return;
      }
      wanted = field.value;
      htmx.ajax("GET", `${form.getAttribute("action")}?q=${encodeURIComponent(wanted)}`, {
        source: field, target: offered,
      }).catch(() => { if (wanted === field.value) form.submit(); });
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
    form.addEventListener("htmx:afterSwap", (event) => {
      answered = new URL(event.detail.xhr.responseURL).searchParams.get("q") ?? "";
      if (wanted && answered === wanted) open();
      wanted = "";
    });
  };
  forms.forEach(start);
})();
