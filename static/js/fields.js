// Beside a date that is typed, a button opens the device's calendar. What a browser would say in a
// bubble of its own about a field stands below it, in the words of the page.
"use strict";
(() => {
  const words = document.getElementById("field-words").dataset;
  const icon = document.getElementById("field-words").content.querySelector("svg");
  const language = document.documentElement.lang;
  const written = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
  const labelOf = (field) => field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent.trim() ?? "";

  // The calendar opens on the day that stands there, where the device can read it, else on today.
  const dayOf = (text) => {
    const day = new Date(`${text} UTC`);
    return Number.isNaN(day.getTime()) ? "" : day.toISOString().slice(0, 10);
  };

  const startCalendar = (field) => {
    const frame = document.createElement("span");
    const button = document.createElement("button");
    const calendar = document.createElement("input");
    frame.className = "ol-dated";
    calendar.type = "date";
    calendar.tabIndex = -1;
    calendar.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.setAttribute("aria-label", words.chooseDay.replace("…", labelOf(field)));
    button.append(icon.cloneNode(true));
    const isFocused = document.activeElement === field;
    field.replaceWith(frame);
    frame.append(field, calendar, button);
    if (isFocused) field.focus();
    button.addEventListener("click", () => {
      calendar.value = dayOf(field.value);
      calendar.showPicker();
    });
    calendar.addEventListener("change", () => {
      if (!calendar.value) return;
      field.value = written.format(new Date(`${calendar.value}T00:00:00Z`));
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  // A field that says itself what is wrong (setCustomValidity) is taken at its word.
  const sentenceFor = (field) => {
    const { validity } = field;
    if (validity.customError) return field.validationMessage;
    if (validity.valueMissing) return field.type === "radio" || field.matches("select") ? words.choose : words.missing;
    if (validity.typeMismatch) return field.type === "email" ? words.email : words.address;
    return field.type === "number" ? words.number : words.other;
  };

  const forget = (field) => {
    const said = document.getElementById(field.dataset.said);
    said?.remove();
    delete field.dataset.said;
    field.removeAttribute("aria-invalid");
    const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== said?.id);
    field.setAttribute("aria-describedby", others.join(" "));
  };
  let count = 0;
  document.addEventListener("invalid", (event) => {
    const field = event.target;
    event.preventDefault();
    if (field.dataset.said) forget(field);
    const said = document.createElement("p");
    count += 1;
    said.id = `said-${count}`;
    said.className = "invalid-feedback d-block";
    said.textContent = sentenceFor(field);
    (field.closest(".ol-dated") ?? field).after(said);
    field.dataset.said = said.id;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
    if (field === field.form.querySelector(":invalid:not(fieldset)")) field.focus();
    field.addEventListener("input", () => forget(field), { once: true });
  }, true);

  const start = (root) => root.querySelectorAll("[data-calendar]").forEach((field) => {
    if (!field.closest(".ol-dated")) startCalendar(field);
  });
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target));
})();
