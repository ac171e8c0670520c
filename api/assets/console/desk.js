// The desk is told by /v1/live when something changes. While that line is lost it asks every three
// seconds instead, and says so. docs/live.md tells what the codes mean.
(() => {
  "use strict";
  const now = document.getElementById("now");
  const told = document.getElementById("told");
  const lost = document.getElementById("lost");
  const csrf = document.querySelector('input[name="csrf"]').value;
  const GATHER_MS = 300, ASK_MS = 3000, AGAIN_MS = 1000, AGAIN_MAX_MS = 30000;
  let lastId = "", againMs = AGAIN_MS, gathering = 0, asking = 0, isAway = false;

  const refresh = () => {
    // Whatever comes within a moment is shown at once.
    gathering ||= setTimeout(() => {
      gathering = 0;
      now.dispatchEvent(new Event("changed"));
    }, GATHER_MS);
  };

  const show = (isTold) => {
    told.hidden = !isTold;
    lost.hidden = isTold;
    clearInterval(asking);
    asking = isTold ? 0 : setInterval(refresh, ASK_MS);
  };

  const ended = ({ code }) => {
    show(false);
    refresh();
    if (code === 4409) lastId = "";
    // Signed out: the next question leads to the door. Replaced: another window has the line.
    isAway = code === 4401 || code === 4429;
    if (isAway) return;
    setTimeout(open, againMs * (0.5 + Math.random() / 2));
    againMs = Math.min(2 * againMs, AGAIN_MAX_MS);
  };

  const open = async () => {
    let ticket;
    try {
      const answer = await fetch("/console/line", {
        method: "POST", body: new URLSearchParams({ csrf }), redirect: "manual",
      });
      ticket = (await answer.json()).ticket;
    } catch {
      ended({ code: 1006 });
      return;
    }
    const query = new URLSearchParams(lastId ? { ticket, last_id: lastId } : { ticket });
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/v1/live?${query}`);
    socket.onclose = ended;
    socket.onmessage = ({ data }) => {
      const { id, event } = JSON.parse(data);
      lastId = id;
      if (event === "hello") {
        againMs = AGAIN_MS;
        show(true);
      }
      // Also at the greeting: what happened since this page was made is on none of its lines.
      refresh();
    };
  };

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && isAway) {
      isAway = false;
      open();
    }
  });
  open();
})();
