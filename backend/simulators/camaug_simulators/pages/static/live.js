// Keeps the page fresh: after each change, and each ten seconds for its clock, it fetches itself
// and takes over the part marked data-live. A form that someone is typing in is left alone.
const part = () => document.querySelector("[data-live]");

async function refresh() {
  if (part().contains(document.activeElement) && document.activeElement.matches("input")) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.querySelector("[data-live]");
    if (next.innerHTML === part().innerHTML) return;
    const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 40;
    part().replaceWith(document.adoptNode(next));
    if (atEnd && document.body.classList.contains("chat")) scrollTo(0, document.body.scrollHeight);
  } catch {
    // The server is being started anew; the next change or tick tries again.
  }
}

new EventSource("/changes").addEventListener("message", refresh);
setInterval(refresh, 10_000);
if (document.body.classList.contains("chat")) scrollTo(0, document.body.scrollHeight);
