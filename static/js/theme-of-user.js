// Where the page's frame is Django's and cannot name the user's theme: theme.js reads it here.
"use strict";
(() => {
  const root = document.documentElement;
  const { theme } = document.currentScript.dataset;
  root.dataset.bsTheme = theme === "dark" ? "dark" : "light";
  if (theme === "system") root.dataset.themeFollowsSystem = "";
})();
