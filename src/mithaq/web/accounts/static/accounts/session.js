// Warns two minutes before a session ends, and lets one go on. Without script the page tells the time itself.
(() => {
  const box = document.getElementById("session-notice");
  if (!box) return;
  const WARN_S = 120;
  const EVERY_MS = 2000;
  let shown = "";
  let endsAt = Date.now() + Number(box.dataset.seconds) * 1000;
  let isLast = box.dataset.last === "yes";

  const show = (name) => {
    if (name === shown) return;
    shown = name;
    for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
    box.hidden = !name;
  };
  const look = () => {
    const left = (endsAt - Date.now()) / 1000;
    show(left <= 0 ? "over" : left > WARN_S ? "" : isLast ? "last" : "soon");
  };
  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(box.dataset.url, { credentials: "same-origin", redirect: "error" }).catch(() => null);
    const told = answer && answer.ok ? await answer.json() : { seconds: 0, is_last: true };
    endsAt = Date.now() + told.seconds * 1000;
    isLast = told.is_last;
    look();
  });
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
  look();
})();
