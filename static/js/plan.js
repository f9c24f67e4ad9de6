// In the plan, arrow keys and the pointer move a draft; without scripts that is done in the message.
"use strict";
(() => {
  const LAST = "onelift-moved-mark";
  const WEEK = 7;
  const SAID_MS = 10000;
  const form = document.querySelector("[data-mover]");
  if (!form) return;
  const marks = [...document.querySelectorAll("[data-moves]")];
  const alike = (address) => marks.filter((mark) => mark.getAttribute("href") === address);

  const move = (mark, days) => {
    const address = mark.getAttribute("href");
    sessionStorage.setItem(LAST, JSON.stringify([address, alike(address).indexOf(mark)]));
    form.action = `${address}${days > 0 ? "later" : "earlier"}/?days=${Math.abs(days)}`;
    form.requestSubmit();
  };
  // A drawing from right to left has its later weeks on the left.
  const daysOf = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return 0;
    if (event.altKey || event.ctrlKey || event.metaKey) return 0;
    const isBack = event.key === (document.dir === "rtl" ? "ArrowRight" : "ArrowLeft");
    return (event.shiftKey ? 1 : WEEK) * (isBack ? -1 : 1);
  };
  for (const mark of marks) {
    mark.setAttribute("aria-describedby", "mover-help");
    mark.addEventListener("onelift:dropped", (event) => move(mark, event.detail));
    mark.addEventListener("keydown", (event) => {
      const days = daysOf(event);
      if (!days) return;
      event.preventDefault();
      move(mark, days);
    });
  }

  // What does not move says why.
  let leaving;
  const say = (words) => {
    const toast = document.createElement("div");
    toast.className = "ol-toast";
    toast.textContent = words;
    document.getElementById("toast").replaceChildren(toast);
    clearTimeout(leaving);
    leaving = setTimeout(() => toast.remove(), SAID_MS);
  };
  for (const mark of document.querySelectorAll("[data-stays]")) {
    mark.addEventListener("keydown", (event) => {
      if (!daysOf(event)) return;
      event.preventDefault();
      say(form.dataset[mark.dataset.stays]);
    });
  }

  // The mark that was moved has the focus again.
  const [address, index] = JSON.parse(sessionStorage.getItem(LAST) || "[]");
  sessionStorage.removeItem(LAST);
  const moved = alike(address);
  (moved[index] || moved[0])?.focus();
})();
