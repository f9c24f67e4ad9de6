// Reads codes with the camera, where the browser can. Without this module codes are typed.
"use strict";
(() => {
  const form = document.querySelector("[data-code-form]");
  const start = document.querySelector("[data-scan]");
  const frame = document.querySelector("[data-scanner]");
  const video = frame.querySelector("video");
  const REST = 2500; // milliseconds in which the same code is not sent again
  let stream = null;
  let last = "";

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    frame.hidden = true;
    start.hidden = false;
  };

  const send = (text) => {
    if (text === last) return;
    last = text;
    setTimeout(() => { last = ""; }, REST);
    form.elements.code.value = text;
    form.requestSubmit();
    navigator.vibrate?.(60);
  };

  const look = async (detector) => {
    if (!stream) return;
    if (video.readyState === video.HAVE_ENOUGH_DATA) {
      const found = await detector.detect(video).catch(() => []);
      if (found.length) send(found[0].rawValue);
    }
    setTimeout(() => look(detector), 150);
  };

  const scan = async (detector) => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      document.querySelector("[data-no-camera]").hidden = false;
      return;
    }
    video.srcObject = stream;
    frame.hidden = false;
    start.hidden = true;
    await video.play();
    look(detector);
  };

  const offer = async () => {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
    const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!known.includes("qr_code")) return;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    start.hidden = false;
    start.addEventListener("click", () => scan(detector));
    frame.querySelector("[data-stop]").addEventListener("click", stop);
  };

  // Without a network codes are kept on this phone, and sent once the door answers again: a code
  // that is sent twice lets nobody in twice.
  const kept = document.querySelector("[data-kept]");
  const shelf = `codes of ${location.pathname}`;
  const codes = () => JSON.parse(localStorage.getItem(shelf) ?? "[]");
  const keep = (list) => {
    if (list.length) localStorage.setItem(shelf, JSON.stringify(list));
    else localStorage.removeItem(shelf);
    kept.hidden = !list.length;
    kept.querySelector("b").textContent = list.length;
  };
  const codeOf = (event) => event.detail.requestConfig?.parameters?.code;
  const sendKept = () => {
    const [code] = codes();
    if (code) htmx.ajax("POST", form.action, { target: "#said", values: { code } });
  };
  // The next code may be typed before the last is answered: it takes its place, and stays.
  const field = form.elements.code;
  document.body.addEventListener("htmx:beforeSend", (event) => {
    if (event.target === form && document.activeElement === field) field.select();
  });
  const clear = (event) => { if (event.target === form && field.value === codeOf(event)) field.value = ""; };
  document.body.addEventListener("htmx:sendError", (event) => {
    const code = codeOf(event);
    if (!code) return;
    if (!codes().includes(code)) keep([...codes(), code]);
    clear(event);
  });

  // The field is ready for the next code, whoever typed or scanned the last.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    clear(event);
    keep(codes().filter((code) => code !== codeOf(event)));
    sendKept();
  });
  keep(codes());
  addEventListener("pagehide", stop);
  offer();
})();
