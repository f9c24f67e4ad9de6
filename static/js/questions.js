// The questions of a survey: order by drag, by the grip and arrow keys, and by buttons; the phone
// follows the open question. Without scripts the buttons ask the server.
"use strict";
(() => {
  const list = document.querySelector("[data-questions]");
  const { form } = document.querySelector("[name=shown_question]");
  const preview = document.querySelector("[data-preview]");
  const order = form.elements.order_typed;
  const said = document.querySelector("[data-moved]");
  const items = () => [...list.children];
  let dragged = null;

  const settle = () => {
    items().forEach((item, place) => {
      for (const button of item.querySelectorAll("[data-step]")) {
        button.disabled = place + Number(button.dataset.step) < 0
          || place + Number(button.dataset.step) >= items().length;
      }
    });
  };
  const note = () => {
    order.value = items().map((item) => item.dataset.kind).join(",");
    settle();
    order.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const move = (item, step) => {
    const place = items().indexOf(item) + step;
    const other = items()[place];
    if (!other || place < 0) return;
    if (step < 0) other.before(item); else other.after(item);
    note();
    const name = item.querySelector(".ol-tag").textContent;
    said.textContent = said.dataset.words.replace("{name}", name)
      .replace("{place}", place + 1).replace("{count}", items().length);
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("li"), Number(button.dataset.step));
    if (button.disabled) button.closest("li").querySelector("[data-grip]").focus(); else button.focus();
  });
  list.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!grip || !step) return;
    event.preventDefault();
    move(grip.closest("li"), step);
    grip.focus();
  });

  for (const grip of list.querySelectorAll("[data-grip]")) grip.hidden = false;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-grip]")?.closest("li") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.kind);
    event.dataTransfer.setDragImage(dragged, 0, 0);
    dragged.classList.add("is-moving");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged); else over.after(dragged);
  });
  list.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-moving");
    dragged = null;
    note();
  });

  // An order that a draft brings back.
  order?.addEventListener("input", () => {
    const wished = order.value.split(",");
    if (wished.join() === items().map((item) => item.dataset.kind).join()) return;
    for (const kind of wished) {
      const item = items().find((one) => one.dataset.kind === kind);
      if (item) list.append(item);
    }
    settle();
  });

  // The head of a block says what is typed in it; the phone shows the open one.
  list.addEventListener("input", ({ target }) => {
    const item = target.closest("li");
    if (item && target.name === item.dataset.kind) item.querySelector("[data-words]").textContent = target.value || "–";
  });
  const follow = (item) => {
    form.elements.shown_question.value = item.dataset.kind;
    preview.dispatchEvent(new Event("redraw"));
  };
  list.addEventListener("toggle", ({ target }) => { if (target.open) follow(target.closest("li")); }, true);
})();
