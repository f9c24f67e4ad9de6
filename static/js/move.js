// In the date of a move, the up and down arrow keys move it by a day; the page follows after a rest.
"use strict";
(() => {
  const REST_MS = 400;
  const STEPS = { ArrowUp: 1, ArrowDown: -1 };
  const field = document.querySelector("[data-day]");
  if (!field) return;
  let timer;

  field.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const day = new Date(`${field.dataset.day}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + step);
    field.dataset.day = day.toISOString().slice(0, 10);
    field.value = field.dataset.day;
    clearTimeout(timer);
    timer = setTimeout(() => field.form.requestSubmit(), REST_MS);
  });

  // The address says that the field was left only to redraw the page.
  if (location.hash === `#${field.id}`) field.focus();
})();
