// Marks of the grid move with the arrow keys and back with Ctrl+Z, by the form that stands below it
// for those without scripts. The answer is the page itself: grid, list and the offer to undo are
// taken from it.
"use strict";
(() => {
  const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
  const PARTS = ["register", "toast"];
  let moving = Promise.resolve();

  const form = () => document.querySelector("form[data-moves]");

  const optionOf = (mark) =>
    [...form().querySelectorAll("option[data-mark]")].find((one) => one.dataset.mark === mark);

  const focus = (mark) => {
    const seen = [...document.querySelectorAll("#register svg a.ol-mark")].find(
      (one) => one.getAttribute("href") === mark && one.getClientRects().length,
    );
    seen?.focus();
  };

  const show = (page) => {
    for (const id of PARTS) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    const toast = document.getElementById("toast");
    toast.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  };

  const fail = () => { document.getElementById("toast").textContent = form().dataset.fails; };

  const post = async (mark, address, data) => {
    const answer = await fetch(address, { method: "POST", body: data });
    if (!answer.ok) return fail();
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    focus(mark);
  };

  const move = async (mark, way) => {
    const option = optionOf(mark);
    if (!option) return;
    const data = new FormData(form());
    data.set("stakeholder", option.value);
    data.set("way", way);
    await post(mark, form().action, data);
  };

  const undo = async (mark) => {
    const offer = document.querySelector("#toast form[data-toast]");
    if (offer) await post(mark, offer.action, new FormData(offer));
  };

  const inTurn = (act) => { moving = moving.then(act).catch(fail); };

  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.("#register svg a.ol-mark")?.getAttribute("href");
    if (!mark || !form() || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const way = WAYS[event.key];
    if (isCommand && event.key === "z") inTurn(() => undo(mark));
    else if (way && !isCommand) inTurn(() => move(mark, way));
    else return;
    event.preventDefault();
  });
})();
