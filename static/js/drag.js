// Marks of the plan are dragged from day to day: a ghost stays where they were, the day is written
// beside them, and Escape lets go. What follows from the drop is up to the script of the mark.
"use strict";
(() => {
  const DAY_MS = 86400000;
  const SVG = "http://www.w3.org/2000/svg";
  // Less than this is a click of an unsteady hand.
  const LEAST_PX = 4;
  const language = document.documentElement.lang;
  const written = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short", day: "numeric", month: "short", timeZone: "UTC",
  });
  const way = document.dir === "rtl" ? -1 : 1;

  const dayBeside = (mark) => {
    const box = mark.getBBox();
    const words = document.createElementNS(SVG, "text");
    words.setAttribute("class", "b halo c");
    words.setAttribute("x", box.x + 7);
    words.setAttribute("y", box.y - 4);
    mark.append(words);
    return words;
  };

  // The click that ends a drag opens nothing; the next thing somebody does is meant again.
  const swallowClick = () => {
    const meant = new AbortController();
    const options = { capture: true, once: true, signal: meant.signal };
    addEventListener("click", (click) => {
      meant.abort();
      click.preventDefault();
      click.stopPropagation();
    }, options);
    for (const next of ["pointerdown", "keydown"]) addEventListener(next, () => meant.abort(), options);
  };

  const startDrag = (mark, down) => {
    const drawing = mark.ownerSVGElement;
    const scale = drawing.viewBox.baseVal.width / drawing.getBoundingClientRect().width;
    const step = Number(mark.closest("[data-step]").dataset.step);
    const first = Date.parse(`${mark.dataset.moves ?? mark.dataset.dated}T00:00:00Z`);
    const listening = new AbortController();
    const { signal } = listening;
    let ghost;
    let words;
    let days = 0;

    const begin = () => {
      ghost = mark.cloneNode(true);
      ghost.setAttribute("class", "ol-ghost");
      for (const name of ["href", "tabindex", "role"]) ghost.removeAttribute(name);
      ghost.setAttribute("aria-hidden", "true");
      mark.before(ghost);
      words = dayBeside(mark);
    };
    const end = () => {
      listening.abort();
      ghost?.remove();
      words?.remove();
    };
    const letGo = () => {
      end();
      mark.removeAttribute("transform");
    };

    addEventListener("pointermove", (event) => {
      const pixels = event.clientX - down.clientX;
      if (!ghost && Math.abs(pixels) < LEAST_PX) return;
      if (!ghost) begin();
      days = Math.round((pixels * scale) / step) * way;
      mark.setAttribute("transform", `translate(${days * step * way} 0)`);
      words.textContent = written.format(new Date(first + days * DAY_MS));
    }, { signal });
    addEventListener("pointerup", () => {
      const isDragged = Boolean(ghost);
      end();
      if (!isDragged) return;
      swallowClick();
      if (days) mark.dispatchEvent(new CustomEvent("onelift:dropped", { detail: days }));
      else mark.removeAttribute("transform");
    }, { signal });
    addEventListener("pointercancel", letGo, { signal });
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !ghost) return;
      letGo();
      addEventListener("pointerup", swallowClick, { once: true });
    }, { signal });
  };

  for (const mark of document.querySelectorAll("[data-moves], [data-dated]")) {
    mark.addEventListener("dragstart", (event) => event.preventDefault());
    mark.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType !== "touch") startDrag(mark, event);
    });
  }
})();
