// Small comforts of signed-in pages; every page works without them.
"use strict";
(() => {
  const UNDO_MS = 10000;

  // Pages tell the time by this device's clock, unless the user's profile names a zone. Who only
  // reads gets no cookie for it.
  const tellZone = () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    document.cookie = `time_zone=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax`;
  };
  if ("signedIn" in document.body.dataset) tellZone();
  else document.addEventListener("submit", tellZone);

  // A field of one line grows with what is in it, and takes no end of a line.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && "oneLine" in event.target.dataset) event.preventDefault();
  });

  // Menus close with Escape and with a click elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details.ol-menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.ol-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // The offer to undo goes after ten seconds, but waits while it is pointed at or focused.
  const startToast = (toast) => {
    let timer;
    const leave = () => { timer = setTimeout(() => toast.remove(), UNDO_MS); };
    const stay = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", stay);
    toast.addEventListener("focusin", stay);
    toast.addEventListener("pointerleave", leave);
    toast.addEventListener("focusout", leave);
    leave();
  };

  // A password can be looked at; the cursor stays where it was.
  const startReveal = (button) => {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    button.hidden = false;
    button.addEventListener("click", () => {
      const [start, end] = [field.selectionStart, field.selectionEnd];
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
      button.textContent = shown ? button.dataset.hide : button.dataset.show;
      field.focus();
      field.setSelectionRange(start, end);
    });
  };

  // A line that can be undone counts its seconds down, leaves, and stays in the history.
  const startLine = (line) => {
    const shown = line.querySelector(".ol-left");
    let left = Number(line.dataset.leavesIn);
    const tick = setInterval(() => {
      if (line.matches(":hover, :focus-within")) return;
      left -= 1;
      shown.textContent = left;
      if (left > 0) return;
      clearInterval(tick);
      line.remove();
    }, 1000);
  };

  // The lines of a list can be taken to where they are kept.
  const startCopy = (button) => {
    if (!navigator.clipboard) return;
    const list = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      const lines = [...list.children].map((one) => one.textContent);
      await navigator.clipboard.writeText(lines.join("\n"));
      document.getElementById(`${list.id}-copied`).textContent = button.dataset.done;
    });
  };

  const start = (root) => {
    root.querySelectorAll("[data-toast]").forEach(startToast);
    root.querySelectorAll("[data-leaves-in]").forEach(startLine);
    root.querySelectorAll("[data-reveal]").forEach(startReveal);
    root.querySelectorAll("[data-copy]").forEach(startCopy);
    root.querySelectorAll("[data-submits]").forEach((field) => {
      field.addEventListener("change", () => field.form.requestSubmit());
    });
    root.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => print());
    });
  };

  // A request of htmx that takes longer than this shows that it is under way.
  const BUSY_MS = 300;
  const waits = new Map();
  const markBusy = (request) => {
    waits.set(request, setTimeout(() => { document.body.dataset.busy = ""; }, BUSY_MS));
  };
  const endBusy = (request) => {
    clearTimeout(waits.get(request));
    waits.delete(request);
    if (!waits.size) delete document.body.dataset.busy;
  };
  document.addEventListener("htmx:beforeSend", (event) => markBusy(event.detail.xhr));
  document.addEventListener("htmx:afterRequest", (event) => endBusy(event.detail.xhr));

  // Whoever was in what changes is led to what stands there now.
  let isInside = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    isInside = event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!isInside || document.activeElement !== document.body) return;
    const changed = event.detail.elt.querySelector("h1, h2, [data-takes-focus]") ?? event.detail.elt;
    changed.tabIndex = -1;
    changed.focus();
  });

  start(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) start(event.target);
  });
  // Who comes back to a page finds what its address says, not what they chose when they left.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form:is([method=get], [data-redraws]) [data-submits]").forEach((field) => field.form.reset());
  });
  // Of tabs wider than the screen the current one is in view.
  for (const tab of document.querySelectorAll(".ol-tabs [aria-current]")) {
    tab.scrollIntoView({ block: "nearest", inline: "center" });
  }
  // What is written into a live region after the page is there is read out.
  setTimeout(() => {
    document.querySelectorAll("[data-says]").forEach((line) => { line.textContent = line.dataset.says; });
  }, 100);
  // A summary of errors takes the focus, so that it is read first.
  document.querySelector("[data-takes-focus]")?.focus();
})();
