// The preview follows what is typed, after a rest of 400 ms. Without scripts it is that of the last
// save.
"use strict";
(() => {
  const REST_MS = 400;
  const form = document.querySelector("form[data-draft]");
  const preview = document.querySelector("[data-preview]");
  const frames = preview.querySelector(".ol-frame");
  let timer;
  let drawn = 0;

  // Posts what is typed into a frame of its own, which takes the place of the one before once it
  // is there: nothing blinks, and the way back of the window does not grow.
  const post = (target) => {
    const sent = document.createElement("form");
    Object.assign(sent, { method: "post", action: form.dataset.draft, target, hidden: true });
    for (const [name, value] of new FormData(form)) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value });
      sent.append(field);
    }
    document.body.append(sent);
    sent.submit();
    sent.remove();
  };

  // Without network or session a frame would show a page of the browser, or the one that asks for
  // a password: the last email stays instead.
  const isAnswered = async () => {
    const own = document.getElementById("draft-words")?.dataset.show;
    if (!own) return true;
    const address = `${own}?form=${encodeURIComponent(location.pathname)}`;
    try {
      return (await fetch(address, { redirect: "error", cache: "no-store" })).ok;
    } catch { return false; }
  };

  const draw = async () => {
    if (!(await isAnswered())) return;
    drawn += 1;
    const old = frames.lastElementChild;
    const fresh = old.cloneNode();
    fresh.removeAttribute("src");
    fresh.name = `draft-${drawn}`;
    fresh.className = "is-coming";
    frames.append(fresh);
    fresh.addEventListener("load", () => {
      fresh.className = "";
      while (frames.firstElementChild !== fresh) frames.firstElementChild.remove();
    });
    post(fresh.name);
  };

  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, REST_MS);
  };
  form.addEventListener("input", rest);
  preview.addEventListener("change", rest);
  preview.addEventListener("redraw", draw);
  addEventListener("online", rest);
  // What is not stored anywhere is drawn at once.
  if (preview.querySelector("[data-now]")) draw();
})();
