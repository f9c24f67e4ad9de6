// One question at a time. Without this module all questions stand on the page and are sent at once.
"use strict";
(() => {
  const form = document.querySelector("[data-survey]");
  const steps = [...form.querySelectorAll("[data-step]")];
  const [back, next, send] = ["back", "next", "send"].map((name) => form.querySelector(`[data-${name}]`));
  // Answers wait in this tab alone, through a reload or a crash, until they are sent (sent.js).
  const PLACE = `onelift-answers:${location.pathname}`;
  let current = 0;

  const keep = () => {
    const given = [...new FormData(form)].filter(([name]) => name !== "nonce");
    try { sessionStorage.setItem(PLACE, JSON.stringify(given)); } catch { /* full or forbidden */ }
  };

  const takeUp = () => {
    let given = [];
    try { given = JSON.parse(sessionStorage.getItem(PLACE)) ?? []; } catch { /* forbidden */ }
    for (const [name, value] of given) {
      const text = form.querySelector(`textarea[name="${name}"]`);
      const choice = [...form.querySelectorAll(`input[name="${name}"]`)].find((one) => one.value === value);
      if (text) text.value = value;
      if (choice) choice.checked = true;
    }
  };

  const show = (number) => {
    current = number;
    steps.forEach((step, i) => { step.hidden = i !== current; });
    back.hidden = current === 0;
    next.hidden = current === steps.length - 1;
    send.hidden = !next.hidden;
  };

  // A question that needs an answer says so at once, and keeps the reader where they are.
  const isMissing = (step) => {
    const field = step.querySelector("textarea");
    const isGiven = field ? field.value.trim() : step.querySelector("input:checked");
    const missing = "required" in step.dataset && !isGiven;
    step.querySelector("[data-missing]").hidden = !missing;
    return missing;
  };

  // A choice by finger or mouse leads on by itself; arrow keys walk through the answers first.
  const REST_MS = 150;
  // Whoever reaches for Next meanwhile means the question before.
  const REACH_MS = 500;
  let isPointed = false;
  let ledOnAt = -REACH_MS;
  form.addEventListener("pointerdown", () => { isPointed = true; });
  form.addEventListener("keydown", () => { isPointed = false; });
  form.addEventListener("change", ({ target }) => {
    const chosen = current;
    if (!isPointed || target.type !== "radio" || chosen === steps.length - 1) return;
    setTimeout(() => {
      if (current !== chosen) return;
      ledOnAt = performance.now();
      forward();
    }, REST_MS);
  });

  const go = (number) => {
    show(number);
    steps[number].querySelector("h2").focus();
    scrollTo(0, 0);
  };

  const forward = () => go(isMissing(steps[current]) ? current : current + 1);

  back.addEventListener("click", () => {
    ledOnAt = -REACH_MS;
    go(current - 1);
  });
  next.addEventListener("click", () => { if (performance.now() - ledOnAt > REACH_MS) forward(); });
  form.addEventListener("submit", (event) => {
    if (current < steps.length - 1) {
      event.preventDefault();
      forward();
    } else if (isMissing(steps[current])) {
      event.preventDefault();
    }
  });
  // The links of the summary of errors lead to questions that may be hidden.
  form.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#q-"]');
    if (!link) return;
    event.preventDefault();
    go(steps.findIndex((step) => step.querySelector(link.getAttribute("href"))));
  });

  form.addEventListener("input", keep);
  if (!form.querySelector("[data-errors]")) takeUp();
  form.classList.add("one-by-one");
  const wrong = steps.findIndex((step) => !step.querySelector("[data-missing]").hidden);
  // In the editor of a survey: the question that is being written.
  const first = steps.findIndex((step) => "first" in step.dataset);
  show(Math.max(wrong, first, 0));
  form.querySelector("[data-errors]")?.focus();
})();
