// One question at a time. Without this module all questions stand on the page and are sent at once.
"use strict";
(() => {
  const form = document.querySelector("[data-survey]");
  const steps = [...form.querySelectorAll("[data-step]")];
  const [back, next, send] = ["back", "next", "send"].map((name) => form.querySelector(`[data-${name}]`));
  let current = 0;

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

  const go = (number) => {
    show(number);
    steps[number].querySelector("h2").focus();
    scrollTo(0, 0);
  };

  const forward = () => go(isMissing(steps[current]) ? current : current + 1);

  back.addEventListener("click", () => go(current - 1));
  next.addEventListener("click", forward);
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

  form.classList.add("one-by-one");
  const wrong = steps.findIndex((step) => !step.querySelector("[data-missing]").hidden);
  show(Math.max(wrong, 0));
  form.querySelector("[data-errors]")?.focus();
})();
