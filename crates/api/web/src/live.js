// Says that new entries arrived, in words that are read out when there is time; nothing moves, nothing takes the focus,
// and a page that never hears of it works the same. What is new is shown by loading the page again, when the reader wants.
// The feed is read only while the page is looked at, so that many open pages do not hold many connections.
const place = document.querySelector("[data-live]");
const after = Number(place?.dataset.after);
let newest = after;
let said = after;
let reading;

async function read() {
  reading = new AbortController();
  const { signal } = reading;
  try {
    // Where the session has ended, the answer leads to the sign-in, and nothing more is told.
    const headers = { accept: "text/event-stream" };
    const answer = await fetch(`/live?after=${newest}`, { signal, headers, redirect: "manual" });
    if (!answer.ok) return;
    const lines = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await lines.read();
      if (done) return;
      const all = (rest + value).split("\n");
      rest = all.pop();
      for (const line of all) {
        if (line.startsWith("id:")) newest = Math.max(newest, Number(line.slice(3)));
      }
    }
  } catch {
    // Without the feed nothing is told; the page stays as good as it was.
  }
}

function tell() {
  if (newest === said) return;
  said = newest;
  const count = newest - after;
  const written = count.toLocaleString(document.documentElement.lang);
  const words = count === 1 ? place.dataset.one : place.dataset.many.replace("{count}", written);
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = location.href;
  link.textContent = place.dataset.reload;
  place.replaceChildren(`${words} `, link);
}

if (place) {
  const follow = () => (document.hidden ? reading?.abort() : void read());
  document.addEventListener("visibilitychange", follow);
  follow();
  // Many entries in a row are told once.
  setInterval(tell, 2000);
}
