// Counts that move: looks at the same address again and changes in place what differs. The server
// says after how many seconds (data-live), and 0 when all is at rest. Rests while nobody looks.
"use strict";
(() => {
  const live = document.querySelector("[data-live]");

  // Only what differs is touched, so that focus, selection and scrolling stay where they are.
  const update = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
      old.replaceWith(fresh);
    } else if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = fresh.data;
    } else {
      updateAttributes(old, fresh);
      updateChildren(old, fresh);
    }
  };

  const updateAttributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };

  const updateChildren = (old, fresh) => {
    const [before, after] = [[...old.childNodes], [...fresh.childNodes]];
    before.slice(after.length).forEach((node) => node.remove());
    after.forEach((node, i) => (i < before.length ? update(before[i], node) : old.append(node)));
  };

  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true" }, cache: "no-store", redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live]");
      if (fresh) update(live, fresh);
    } catch {
      // The network or the server is away for a moment: the next look tells.
    }
  };

  const wait = () => {
    const seconds = Number(live.dataset.live);
    if (seconds) setTimeout(tick, seconds * 1000);
  };

  const tick = async () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", tick, { once: true });
      return;
    }
    await look();
    wait();
  };

  wait();
})();
