// Counts that a link is opened, and goes on to its page.
"use strict";
(() => {
  const onward = document.querySelector("[data-onward]");
  if (document.prerendering) return;
  const leave = () => location.replace(onward.href);
  fetch(location.pathname, { method: "POST", keepalive: true }).then(leave, leave);
})();
