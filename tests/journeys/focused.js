// The element with the focus: whether one sees it, and whether something lies over it.
async () => {
  await new Promise(requestAnimationFrame);
  const one = document.activeElement;
  if (one === null || one === document.body) return null;
  const rings = [one, one.nextElementSibling, one.closest("label, .option, .search form, tr, .button"), one.parentElement];
  const ring = (css) => (css.outlineStyle !== "none" && parseFloat(css.outlineWidth) >= 1.5) || css.boxShadow !== "none";
  const seen = rings.some((el) => el && (ring(getComputedStyle(el)) || ring(getComputedStyle(el, "::after"))));
  const box = (one.closest("label") ?? one).getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const home = one.closest("label, tr, .card, form.search, dialog") ?? one;
  const open = top !== null && (home.contains(top) || top.contains(one));
  const words = (one.innerText || one.ariaLabel || one.name || "").trim().replace(/\s+/g, " ").slice(0, 50);
  const over = open || top === null ? "" : ` by ${top.localName}.${top.className} at ${Math.round(box.left)} ${Math.round(box.top)}`;
  const all = [...document.querySelectorAll("*")];
  return { place: all.indexOf(one), name: `${one.localName}.${one.className} "${words}"`, seen, open, over };
}
