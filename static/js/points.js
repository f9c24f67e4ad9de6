// The key points of a message as rows: added, removed, and moved by drag, by the grip and arrow
// keys, and by buttons. What is sent is the field with a point a line; without scripts it is shown.
"use strict";
(() => {
  const part = document.querySelector("[data-points]");
  const field = part.querySelector("textarea");
  const rows = part.querySelector("[data-rows]");
  const list = rows.querySelector("ol");
  const said = rows.querySelector("[data-moved]");
  const model = part.querySelector("template");
  const items = () => [...list.children];
  const input = (item) => item.querySelector("textarea");
  const lines = () => items().map((item) => input(item).value.trim()).filter(Boolean);
  let dragged = null;

  // What the server says of each point stands in its row.
  const tell = () => {
    const states = new Map();
    for (const line of document.querySelectorAll("#look-points li")) {
      states.set(line.querySelector("[data-point]").textContent, line.querySelector("[data-state]").innerHTML);
    }
    for (const item of items()) {
      item.querySelector("[data-said]").innerHTML = states.get(input(item).value.trim()) ?? "";
    }
  };
  const settle = () => {
    items().forEach((item, place) => {
      item.querySelector(".no").textContent = place + 1;
      for (const button of item.querySelectorAll("[data-step]")) {
        const wished = place + Number(button.dataset.step);
        button.disabled = wished < 0 || wished >= items().length;
      }
    });
  };
  const note = () => {
    settle();
    field.value = lines().join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const add = (words, before = null) => {
    const item = model.content.firstElementChild.cloneNode(true);
    input(item).value = words;
    list.insertBefore(item, before);
    return item;
  };
  const draw = () => {
    list.replaceChildren();
    for (const line of field.value.split("\n").filter((one) => one.trim())) add(line.trim());
    settle();
    tell();
  };
  const move = (item, step) => {
    const other = items()[items().indexOf(item) + step];
    if (!other) return;
    if (step < 0) other.before(item); else other.after(item);
    note();
    said.textContent = said.dataset.words.replace("{place}", items().indexOf(item) + 1)
      .replace("{count}", items().length);
  };
  const remove = (item) => {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    note();
    if (next) input(next).focus(); else rows.querySelector("[data-add]").focus();
  };

  rows.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const item = button.closest("li");
    if ("add" in button.dataset) { input(add("")).focus(); settle(); }
    if ("remove" in button.dataset) remove(item);
    if (button.dataset.step) {
      move(item, Number(button.dataset.step));
      if (button.disabled) item.querySelector("[data-grip]").focus(); else button.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const item = event.target.closest("li");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.target.closest("[data-grip]") && step) {
      event.preventDefault();
      move(item, step);
      item.querySelector("[data-grip]").focus();
    }
    if (event.target.matches("textarea") && event.key === "Enter") {
      event.preventDefault();
      input(add("", item.nextElementSibling)).focus();
      settle();
    }
  });
  list.addEventListener("input", (event) => {
    event.stopPropagation();
    note();
  });
  // A point pasted with its lines becomes as many rows.
  list.addEventListener("paste", (event) => {
    const words = event.clipboardData.getData("text").split(/\r?\n/).filter((one) => one.trim());
    if (words.length < 2) return;
    event.preventDefault();
    let item = event.target.closest("li");
    for (const line of words) {
      if (!input(item).value.trim()) input(item).value = line.trim();
      else item = add(line.trim(), item.nextElementSibling);
    }
    note();
  });

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-grip]")?.closest("li") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", input(dragged).value);
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

  // Points that a draft brings back, or a text that came in the meantime.
  field.addEventListener("input", () => {
    if (lines().join("\n") !== field.value.split("\n").map((one) => one.trim()).filter(Boolean).join("\n")) draw();
  });
  document.body.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    if (detail.target.id === "look-points") tell();
  });
  // An error stays with its field; the link of the summary leads to the rows.
  part.classList.add("has-rows");
  field.tabIndex = -1;
  rows.hidden = false;
  draw();
})();
