// Before the first paint: whoever has not chosen a theme gets the one of the system.
"use strict";
(() => {
  const root = document.documentElement;
  // Paper is light.
  const paper = matchMedia("print");
  let onScreen;
  paper.addEventListener("change", () => {
    if (paper.matches) onScreen = root.dataset.bsTheme;
    root.dataset.bsTheme = paper.matches ? "light" : onScreen;
  });
  if (!("themeFollowsSystem" in root.dataset)) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", follow);
  follow();
})();
