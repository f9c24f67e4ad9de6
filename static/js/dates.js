// In the plan, arrow keys choose another day for a go-live; Enter opens the preview of the move.
"use strict";
(() => {
  const DAY_MS = 86400000;
  const SVG = "http://www.w3.org/2000/svg";
  // English is written as it is elsewhere on the page: the day before the month.
  const language = document.documentElement.lang;
  const written = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
  // A drawing from right to left has its later days on the left.
  const isMirrored = document.dir === "rtl";

  // A link takes no value: with scripts, something that has a date stands in its place.
  const sliderOf = (link) => {
    const slider = document.createElementNS(SVG, "g");
    slider.append(...link.childNodes);
    slider.setAttribute("tabindex", "0");
    slider.setAttribute("role", "slider");
    slider.setAttribute("aria-label", slider.querySelector("title").textContent);
    slider.dataset.dated = link.dataset.dated;
    slider.setAttribute("aria-describedby", "dater-help");
    slider.setAttribute("aria-valuemin", "-3660");
    slider.setAttribute("aria-valuemax", "3660");
    link.replaceWith(slider);
    return slider;
  };

  for (const link of document.querySelectorAll("a[data-dated]")) {
    const first = Date.parse(`${link.dataset.dated}T00:00:00Z`);
    const step = Number(link.closest("[data-step]").dataset.step) * (isMirrored ? -1 : 1);
    const address = link.getAttribute("href");
    const slider = sliderOf(link);
    let days = 0;

    const day = () => new Date(first + days * DAY_MS);
    const show = () => {
      slider.setAttribute("transform", `translate(${days * step} 0)`);
      slider.setAttribute("aria-valuenow", days);
      slider.setAttribute("aria-valuetext", written.format(day()));
    };
    const open = () => {
      location.assign(days ? `${address}?to=${day().toISOString().slice(0, 10)}` : address);
    };

    slider.addEventListener("click", open);
    slider.addEventListener("onelift:dropped", (event) => {
      days = event.detail;
      open();
    });
    slider.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        const isLater = (event.key === "ArrowRight") !== isMirrored;
        days += (isLater ? 1 : -1) * (event.shiftKey ? 7 : 1);
      } else if (event.key === "Escape") {
        days = 0;
      } else if (event.key === "Enter") {
        open();
      } else {
        return;
      }
      event.preventDefault();
      show();
    });
    show();
  }
})();
