// A file that is larger than the limit is told so at once, and is not sent.
"use strict";
(() => {
  const field = document.querySelector("[data-limit]");
  const check = () => {
    const [file] = field.files;
    const isTooLarge = Boolean(file) && file.size > Number(field.dataset.limit);
    field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
    return isTooLarge;
  };

  field.addEventListener("change", () => { if (check()) field.reportValidity(); });
  field.form.addEventListener("submit", (event) => {
    if (!check()) return;
    event.preventDefault();
    field.reportValidity();
  });
})();
