// In the plan, arrow keys move a mark by a week; without scripts that is done in the message.
"use strict";
(() => {
  const LAST = "onelift-moved-mark";
  const form = document.querySelector("[data-mover]");
  if (!form) return;
  const marks = [...document.querySelectorAll("[data-moves]")];
  const alike = (address) => marks.filter((mark) => mark.dataset.moves === address);

  // A drawing from right to left has its later weeks on the left.
  const wayOf = (key) => {
    const isBack = key === (document.dir === "rtl" ? "ArrowRight" : "ArrowLeft");
    return isBack ? "earlier/" : "later/";
  };
  for (const mark of marks) {
    mark.setAttribute("aria-describedby", "mover-help");
    mark.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const address = mark.dataset.moves;
      sessionStorage.setItem(LAST, JSON.stringify([address, alike(address).indexOf(mark)]));
      form.action = address + wayOf(event.key);
      form.requestSubmit();
    });
  }

  // The mark that was moved has the focus again.
  const [address, index] = JSON.parse(sessionStorage.getItem(LAST) || "[]");
  sessionStorage.removeItem(LAST);
  const moved = alike(address);
  (moved[index] || moved[0])?.focus();
})();
