// What is typed on the public page waits on this device until it is sent; without scripts the page
// works as well. The address of whoever writes is not kept.
"use strict";
(() => {
  const NOT_KEPT = ["nonce", "address"];
  const place = (address) => `onelift-need:${address}`;
  const erase = (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } };

  const sent = document.querySelector("[data-need-sent]");
  if (sent) {
    erase(place(sent.dataset.needSent));
    sent.querySelector("h1").focus();
  }

  const form = document.querySelector("[data-need]");
  if (!form) return;
  const key = place(form.dataset.need);

  const keep = () => {
    const typed = [...new FormData(form)].filter(([name]) => !NOT_KEPT.includes(name));
    try { localStorage.setItem(key, JSON.stringify(typed)); } catch { /* full or forbidden */ }
  };

  const takeUp = () => {
    let typed = [];
    try { typed = JSON.parse(localStorage.getItem(key)) ?? []; } catch { /* forbidden */ }
    for (const [name, value] of typed) {
      const fields = [...form.elements].filter((one) => one.name === name);
      for (const field of fields) {
        if (field.type === "radio") field.checked = field.value === value;
        else if (!field.value) field.value = value;
      }
    }
  };

  // What comes back to be corrected holds all that was typed.
  if (!form.parentElement.querySelector("[role=alert]")) takeUp();
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  document.querySelector("[role=alert]")?.focus();
})();
