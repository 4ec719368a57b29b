// What htmx could not swap is opened as a page: a sign-in that ended, a refusal, a network that failed.
"use strict";

(() => {
  const openPlainly = (event) => {
    const asked = event.detail.pathInfo.finalRequestPath;
    if (event.detail.requestConfig.verb === "get") window.location.assign(asked);
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const answered = new URL(event.detail.xhr.responseURL, window.location.href).pathname;
    const asked = new URL(event.detail.pathInfo.finalRequestPath, window.location.href).pathname;
    if (answered === asked) return;
    event.detail.shouldSwap = false;
    openPlainly(event);
  });
  document.addEventListener("htmx:responseError", openPlainly);
})();
