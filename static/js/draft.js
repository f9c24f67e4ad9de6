// What is typed into a form and not saved yet: kept on the server every five seconds, and on this
// computer while the server does not take it. Taken up again when the form is opened.
"use strict";
(() => {
  const words = document.getElementById("draft-words")?.dataset;
  if (!words) return;
  const EVERY = 5000; // milliseconds
  const OLD = 30 * 24 * 3600 * 1000;
  const PATIENCE = 2000; // milliseconds that a link waits for the draft to be kept
  const ALL = "onelift-draft:";
  const MINE = `${ALL}${words.user}:`;
  const DONE = "onelift_saved";
  const FIELD = "kept_draft"; // see stakeholders/middleware.py
  // What guards a form, and how its preview is shown. Its key "once" is kept: with it, what was
  // sent already and is restored is not taken a second time.
  const NOT_TYPED = ["csrfmiddlewaretoken", "next", "shown_language", "shown_person", FIELD];
  const NOT_KEPT = ["file", "password", "submit", "button", "image", "reset"];
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];

  // This computer: storage may be full or forbidden.
  const device = {
    read: (key) => { try { return JSON.parse(localStorage.getItem(MINE + key)); } catch { return null; } },
    erase: (key) => { try { localStorage.removeItem(MINE + key); } catch { /* none */ } },
    write: (key, fields) => {
      try {
        localStorage.setItem(MINE + key, JSON.stringify({ fields, at: new Date().toISOString() }));
        return true;
      } catch { return false; }
    },
    names: (start) => { try { return Object.keys(localStorage).filter((name) => name.startsWith(start)); } catch { return []; } },
    age: (name) => { try { return Date.now() - Date.parse(JSON.parse(localStorage.getItem(name)).at); } catch { return Infinity; } },
  };

  // The server: false where it does not take it, also when the session has ended.
  const post = async (address, values, keepalive = false) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    const headers = { "X-CSRFToken": token };
    try {
      return (await fetch(address, { method: "POST", body, headers, keepalive, redirect: "error" })).ok;
    } catch { return false; }
  };
  const send = (key, fields, keepalive) => post(words.save, { form: key, fields_typed: JSON.stringify(fields) }, keepalive);
  const ask = async (key) => {
    try {
      const answer = await fetch(`${words.show}?form=${encodeURIComponent(key)}`, { redirect: "error", cache: "no-store" });
      const draft = await answer.json();
      return draft.fields ? draft : null;
    } catch { return null; }
  };

  const typedIn = (form) => [...form.elements].filter(
    (one) => one.name && ["INPUT", "SELECT", "TEXTAREA"].includes(one.tagName)
      && !NOT_TYPED.includes(one.name) && !NOT_KEPT.includes(one.type));
  // A field of that name takes the place of the form's own property.
  const addressOf = (form) => new URL(form.getAttribute("action") || location.href, location.href);
  const isTick = (one) => one.type === "checkbox" || one.type === "radio";
  const valuesOf = (one) => {
    if (isTick(one)) return one.checked ? [one.value] : [];
    return one.tagName === "SELECT" ? [...one.selectedOptions].map((option) => option.value) : [one.value];
  };
  const fieldsOf = (form) => {
    const fields = Object.create(null);
    for (const one of typedIn(form)) (fields[one.name] ??= []).push(...valuesOf(one));
    return fields;
  };
  // What somebody sees of it: hidden fields tell of which version it was typed.
  const seenIn = (form, fields) => JSON.stringify(
    [...new Set(typedIn(form).filter((one) => one.type !== "hidden").map((one) => one.name))]
      .map((name) => [name, (Object.hasOwn(fields, name) ? fields[name] : []).map((value) => value.replaceAll("\r\n", "\n"))]));

  const put = (one, values, number) => {
    if (isTick(one)) one.checked = values.includes(one.value);
    else if (one.tagName !== "SELECT") one.value = values[number] ?? one.value;
    else if (one.multiple || [...one.options].some((option) => values.includes(option.value))) {
      for (const option of one.options) option.selected = values.includes(option.value);
    }
  };
  const fill = (form, fields, isFree = () => true) => {
    const counts = Object.create(null);
    for (const one of typedIn(form)) {
      const number = counts[one.name] = (counts[one.name] ?? -1) + 1;
      const before = JSON.stringify(valuesOf(one));
      if (Object.hasOwn(fields, one.name) && isFree(one)) put(one, fields[one.name], number);
      if (one.type === "hidden" || before === JSON.stringify(valuesOf(one))) continue;
      one.dispatchEvent(new Event("input", { bubbles: true }));
      if (!("submits" in one.dataset)) one.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const hour = (at) => {
    const language = document.documentElement.lang;
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone || undefined };
    const isToday = new Date(at).toDateString() === new Date().toDateString();
    const day = isToday ? {} : { day: "numeric", month: "short" };
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...day, ...clock }).format(new Date(at));
  };

  // The line under the text: seen all the time, read out when its meaning changes.
  const lineOf = (form) => {
    const line = document.createElement("p");
    const [shown, button, heard] = ["span", "button", "span"].map((name) => document.createElement(name));
    line.className = "form-text";
    button.type = "button";
    button.className = "btn btn-link btn-sm";
    heard.className = "visually-hidden";
    heard.setAttribute("role", "status");
    heard.setAttribute("aria-live", "polite");
    line.append(shown, button, heard);
    const place = () => {
      const active = document.activeElement;
      const text = active?.form === form && active.tagName === "TEXTAREA" ? active : form.querySelector("textarea");
      const own = form.querySelector("[data-draft-line]") ?? (form.id && document.querySelector(`[data-draft-line="${form.id}"]`));
      (own || text).after(line);
    };
    let kind = "";
    return (newKind, sentence, label = "", act = null) => {
      if (!line.isConnected && !sentence) return;
      if (!line.isConnected) place();
      if (shown.textContent !== sentence) shown.textContent = sentence;
      if (kind !== newKind) heard.textContent = sentence;
      if (kind !== newKind || label) {
        button.hidden = !label;
        button.textContent = label;
        button.onclick = act;
      }
      kind = newKind;
    };
  };

  // Of those that share a name one is open: what somebody has opened stays so.
  const unfold = (details) => {
    const group = details?.name && `details[open][name="${CSS.escape(details.name)}"]`;
    if (details && !(group && document.querySelector(group))) details.open = true;
  };

  const watched = new Map();

  const watch = (form, key) => {
    const before = fieldsOf(form);
    const said = lineOf(form);
    const now = () => seenIn(form, fieldsOf(form));
    const untouched = seenIn(form, before);
    let kept = ""; // what the server has
    let timer = 0;
    let clock = 0;
    let isFilling = false;

    const isOpen = () => form.isConnected && now() !== untouched && now() !== kept;
    const count = (since) => {
      const seconds = Math.round((Date.now() - since) / EVERY) * EVERY / 1000;
      // A form that keeps itself says so in a line of its own.
      if ("saysSaved" in form.dataset) said("saved", "");
      else if (seconds < 5) said("saved", words.saved);
      else if (seconds < 60) said("saved", words.seconds.replace("{n}", seconds));
      else said("saved", words.minutes.replace("{n}", Math.floor(seconds / 60)));
    };
    const tell = () => {
      clearInterval(clock);
      const since = Date.now();
      count(since);
      clock = setInterval(() => count(since), EVERY);
    };
    // One request after the other: what is discarded may not overtake what is kept, nor be overtaken.
    let turn = Promise.resolve();
    const inTurn = (act) => { turn = turn.then(act); return turn; };
    const drop = () => inTurn(() => {
      kept = "";
      device.erase(key);
      return post(words.discard, { form: key }, true);
    });
    const keepHere = (fields) => {
      clearInterval(clock);
      if (device.write(key, fields)) said("here", words.here);
      later();
    };
    const save = async (keepalive = false) => {
      await restored;
      clearTimeout(timer);
      timer = 0;
      if (!isOpen()) {
        if (kept && now() === untouched) await drop();
        return;
      }
      await inTurn(() => keep(keepalive));
    };
    const keep = async (keepalive) => {
      if (!isOpen()) return;
      const [fields, seen] = [fieldsOf(form), now()];
      if (!(await send(key, fields, keepalive))) {
        keepHere(fields);
        return;
      }
      kept = seen;
      device.erase(key);
      tell();
      if (isOpen()) later();
    };
    const later = () => { timer ||= setTimeout(save, EVERY); };
    const fillIn = (fields, isFree) => {
      isFilling = true;
      fill(form, fields, isFree);
      isFilling = false;
    };
    // Said once it is so: whoever leaves then does not find the draft again.
    const discard = async ({ currentTarget: button }) => {
      const typed = fieldsOf(form);
      button.onclick = null;
      clearInterval(clock);
      fillIn(before);
      await drop();
      said("discarded", words.discarded, words.undo, () => { fillIn(typed); save(); });
    };
    const restore = async () => {
      const [here, there] = [device.read(key), await ask(key)];
      const draft = here && (!there || here.at > there.at) ? here : there;
      if (!draft) return;
      if (seenIn(form, draft.fields) === untouched) {
        // Saved elsewhere, or shown again with what is wrong in it.
        if (!document.querySelector("[data-takes-focus]")) drop();
        return;
      }
      const fresh = fieldsOf(form);
      fillIn(draft.fields, (one) => JSON.stringify(fresh[one.name]) === JSON.stringify(before[one.name]));
      if (draft === there) kept = seenIn(form, draft.fields);
      unfold(form.closest("details"));
      said("restored", words.restored.replace("{time}", hour(draft.at)), words.discardLabel, discard);
      if (isOpen()) later();
    };

    form.addEventListener("input", () => { if (!isFilling) later(); });
    const leave = () => {
      clearTimeout(timer);
      const isHere = now() === untouched || device.write(key, fieldsOf(form));
      form.elements[FIELD]?.remove();
      const value = isHere ? key : `!${key}`;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: FIELD, value }));
    };
    const flush = () => {
      if (!isOpen()) return;
      device.write(key, fieldsOf(form));
      send(key, fieldsOf(form), true);
    };
    const restored = restore();
    watched.set(form, { key, isOpen, save, leave, flush });
  };

  const open = () => [...watched.values()].filter((one) => one.isOpen());
  const keepFirst = () => Promise.race([
    Promise.all(open().map((one) => one.save())),
    new Promise((done) => { setTimeout(done, PATIENCE); }),
  ]);

  // One draft a form: two that are sent to one address on one page are told apart by their number.
  const start = (root) => {
    const keys = {};
    for (const form of root.querySelectorAll("form[method=post]")) {
      if (watched.has(form) || !form.querySelector("textarea")) continue;
      const address = addressOf(form);
      const key = address.pathname + address.search;
      keys[key] = (keys[key] ?? 0) + 1;
      watch(form, keys[key] > 1 ? `${key}#${keys[key]}` : key);
    }
  };

  // What was saved by the form that led here needs no draft any more.
  const done = document.cookie.split("; ").find((one) => one.startsWith(`${DONE}=`));
  if (done) {
    device.erase(decodeURIComponent(done.slice(DONE.length + 1)));
    document.cookie = `${DONE}=; Path=/; Max-Age=0; SameSite=Lax`;
  }
  for (const name of device.names(ALL)) if (device.age(name) > OLD) device.erase(name.slice(MINE.length));
  start(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) start(event.target); });

  // What waits here of other forms is sent as soon as there is a way.
  const catchUp = async () => {
    for (const one of open()) one.save();
    for (const key of device.names(MINE).map((name) => name.slice(MINE.length))) {
      const [here, there] = [device.read(key), await ask(key)];
      const isShown = [...watched].some(([form, state]) => form.isConnected && state.key === key);
      if (!here || isShown || (there && there.at >= here.at)) continue;
      if (await send(key, here.fields)) device.erase(key);
    }
  };
  addEventListener("online", catchUp);
  catchUp();

  // Leaving: a link or another form waits until the words are kept; what is not kept asks.
  let isLeaving = false;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    const isPlain = link && !event.defaultPrevented && event.button === 0
      && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
      && !link.target && !link.hasAttribute("download") && link.protocol.startsWith("http");
    if (!isPlain || !open().length || link.href.split("#")[0] === location.href.split("#")[0]) return;
    event.preventDefault();
    await keepFirst();
    location.assign(link.href);
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    const others = [...watched].filter(([one, state]) => one !== form && state.isOpen());
    if (others.length && !form.hasAttribute("data-keeps-first")) {
      event.preventDefault();
      form.setAttribute("data-keeps-first", "");
      await keepFirst();
      form.requestSubmit(event.submitter);
      return;
    }
    form.removeAttribute("data-keeps-first");
    watched.get(form)?.leave();
    if (addressOf(form).pathname === words.leave) device.names(MINE).forEach((name) => device.erase(name.slice(MINE.length)));
    isLeaving = !others.length;
  });
  addEventListener("beforeunload", (event) => { if (!isLeaving && open().length) event.preventDefault(); });
  const flushAll = () => { if (!isLeaving) watched.forEach((one) => one.flush()); };
  addEventListener("pagehide", flushAll);
  document.addEventListener("visibilitychange", () => { if (document.hidden) flushAll(); });
})();
