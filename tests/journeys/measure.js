// What can be seen to be wrong with the page as it stands: lines of text, each a finding.
(touch) => {
  const found = [];
  const name = (one) => {
    const words = (one.innerText || one.ariaLabel || one.name || "").trim().replace(/\s+/g, " ");
    const css = typeof one.className === "string" ? one.className.trim().replace(/\s+/g, ".") : "";
    return `${one.localName}${css ? `.${css}` : ""} "${words.slice(0, 50)}"`;
  };
  const hidden = (one) => one.closest(".visually-hidden, .skip, [hidden], noscript") !== null || !one.checkVisibility();
  const scroller = (one) => {
    for (let up = one.parentElement; up !== null && up !== document.body; up = up.parentElement)
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return up;
    return null;
  };
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) {
    const all = [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility() && !scroller(one));
    const widest = all.reduce((most, one) => (one.getBoundingClientRect().right >= most.getBoundingClientRect().right ? one : most));
    found.push(`wider: by ${root.scrollWidth - innerWidth} px ${name(widest)}`);
  }

  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (words.nextNode()) {
    const text = words.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || /^(SCRIPT|STYLE|OPTION)$/.test(parent.tagName) || hidden(parent)) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    let scrolls = false;
    for (let up = parent; up !== null && up !== root; up = up.parentElement) {
      const css = getComputedStyle(up);
      const edge = up.getBoundingClientRect();
      if (edge.width <= 2 || edge.height <= 2) { scrolls = true; break; }
      if (/auto|scroll/.test(css.overflowX + css.overflowY)) { scrolls = true; break; }
      if (!/hidden|clip/.test(css.overflowX + css.overflowY)) continue;
      if (box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > edge.bottom + 2 || box.top < edge.top - 2)
        found.push(`clipped: ${name(parent)}`);
    }
    if (!scrolls && (box.right > innerWidth + 1 || box.left < -1)) found.push(`outside: ${name(parent)}`);
  }

  if (touch) {
    const least = 44;
    for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
      if (hidden(one) || one.disabled || one.type === "hidden") continue;
      const css = getComputedStyle(one);
      if (one.localName === "a" && css.display === "inline") continue; // in a sentence
      const after = getComputedStyle(one, "::after");
      const spread = after.content !== "none" && after.position === "absolute" && after.inset === "0px";
      const target =
        (spread && one.offsetParent) || one.closest("label") || one.closest("tr.has-way") || one.closest(".search form") || one;
      const { width, height } = target.getBoundingClientRect();
      if (width + 0.5 < least || height + 0.5 < least)
        found.push(`small: ${Math.round(width)} x ${Math.round(height)} ${name(one)}`);
    }
  }
  return [...new Set(found)];
}
