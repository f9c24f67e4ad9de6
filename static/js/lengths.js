// Says how long each text is while it is typed: signs as a reader counts them, against a guide.
"use strict";
(() => {
  const MARKS = /[\p{M}\n]/gu;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  for (const output of document.querySelectorAll("form[data-lengths] output[data-most]")) {
    const field = document.getElementById(output.htmlFor.value);
    field?.addEventListener("input", () => {
      const length = [...field.value.normalize("NFC").trim().replace(MARKS, "")].length;
      output.value = output.dataset.words.replace("{n}", numbers.format(length));
      output.classList.toggle("is-over", length > Number(output.dataset.most));
    });
  }
})();
