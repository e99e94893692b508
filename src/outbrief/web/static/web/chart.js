// What a day or bar of a chart held, where somebody points or goes by the arrow keys. Without this script the same is
// in the table under each chart.
"use strict";
const SVG = "http://www.w3.org/2000/svg";
const shape = (name, attributes) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

// Where the days or bars of a picture are, in its own units.
function spotsOf(strips) {
  if (!strips.dataset.x) {
    return [...strips.children].map((rect) => {
      const [y, height] = ["y", "height"].map((key) => +rect.getAttribute(key));
      return { y: y + height / 2, height, ys: [] };
    });
  }
  const series = strips.dataset.y.split("|").map((one) => one.split(" "));
  return strips.dataset.x.split(" ").map((x, i) => ({ x: +x, ys: series.map((ys) => ys[i]) }));
}

function enliven(plot) {
  plot.dataset.live = "yes";
  const table = plot.parentElement.querySelector("details table");
  if (!table || !plot.querySelector(".strips")) return;
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  const over = Object.assign(document.createElement("div"), { className: "over", tabIndex: 0 });
  const tell = (key, value) => over.setAttribute(key, value);
  let at = -1;
  let mark;

  const picture = () => [...plot.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
  const spots = () => spotsOf(picture().querySelector(".strips"));
  const lines = (i) => rows[i].slice(1).map((value, n) => `${names[n + 1]}: ${value}`);

  function hide() {
    mark?.remove();
    tip.hidden = true;
  }

  function show(i) {
    hide();
    const svg = picture();
    const all = spots();
    const { width, height } = svg.viewBox.baseVal;
    at = Math.min(Math.max(i, 0), all.length - 1);
    const spot = all[at];
    mark = svg.appendChild(shape("g", { class: "mark" }));
    if (spot.x === undefined) {
      mark.append(shape("rect", { x: 0, y: spot.y - spot.height / 2, width, height: spot.height }));
    } else {
      mark.append(shape("line", { x1: spot.x, x2: spot.x, y1: 0, y2: height - 24 }));
      for (const y of spot.ys) if (y !== "-") mark.append(shape("circle", { cx: spot.x, cy: y, r: 3.5 }));
    }
    const bold = Object.assign(document.createElement("strong"), { textContent: rows[at][0] });
    tip.replaceChildren(bold, ...lines(at).map((line) => `\n${line}`));
    tip.hidden = false;
    const right = spot.x === undefined || spot.x > width / 2;
    tip.style.left = right ? "auto" : `calc(${(spot.x / width) * 100}% + 12px)`;
    tip.style.right = right ? `calc(${(1 - (spot.x ?? width) / width) * 100}% + 12px)` : "auto";
    tip.style.top = spot.x === undefined ? `${((spot.y + spot.height / 2) / height) * 100}%` : "8px";
    tell("aria-valuenow", at + 1);
    tell("aria-valuetext", [rows[at][0], ...lines(at)].join(", "));
  }

  function nearest(event) {
    const svg = picture();
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale;
    const y = (event.clientY - box.top) * scale;
    const far = spots().map((spot) => (spot.x === undefined ? Math.abs(spot.y - y) : Math.abs(spot.x - x)));
    return far.indexOf(Math.min(...far));
  }

  tell("role", "slider");
  tell("aria-label", `${plot.dataset.label}: what each held`);
  tell("aria-valuemin", 1);
  tell("aria-valuemax", spots().length);
  tell("aria-valuenow", 1);
  tell("aria-valuetext", [rows[0][0], ...lines(0)].join(", "));
  over.addEventListener("pointermove", (event) => show(nearest(event)));
  over.addEventListener("pointerdown", (event) => show(nearest(event)));
  over.addEventListener("pointerleave", hide);
  over.addEventListener("focus", () => over.matches(":focus-visible") && show(Math.max(at, 0)));
  over.addEventListener("blur", hide);
  over.addEventListener("keydown", (event) => {
    const last = spots().length - 1;
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") hide();
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  plot.append(over, tip);
}

const enlivenAll = () => document.querySelectorAll(".plot:not([data-live])").forEach(enliven);
enlivenAll();
document.addEventListener("htmx:load", enlivenAll);
