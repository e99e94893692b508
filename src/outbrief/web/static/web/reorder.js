// Lists that people put in order: by the buttons, by Alt and an arrow key, or by dragging the handle. Without this
// file the buttons ask the server. <ol data-reorder><li data-key="..." data-name="..."> ... </li></ol>

const itemOf = (element) => element.closest("[data-reorder] > li");
const place = (item) => [...item.parentElement.children].indexOf(item);

const nameOf = (item) =>
  item.dataset.name || item.querySelector("[data-name]")?.textContent.trim() || item.dataset.key;

// The neighbour goes to the other side: the item itself stays where it is, and keeps the focus and the pointer.
function step(item, up) {
  const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour) return false;
  if (up) item.after(neighbour);
  else item.before(neighbour);
  return true;
}

function say(text) {
  let status = document.getElementById("reordered");
  if (!status) {
    status = Object.assign(document.createElement("div"), { id: "reordered", className: "unseen" });
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  status.textContent = text;
}

function moved(item) {
  say(`${nameOf(item)} is now ${place(item) + 1} of ${item.parentElement.children.length}`);
  item.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(item, up) {
  if (step(item, up)) moved(item);
  else say(`${nameOf(item)} is already ${up ? "first" : "last"}`);
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest('[data-reorder] button[name="move"]');
  if (!button) return;
  event.preventDefault();
  move(itemOf(button), button.value.startsWith("up:"));
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const item = event.target.matches('button, summary, [type="checkbox"]') && itemOf(event.target);
  if (!item) return;
  event.preventDefault();
  move(item, event.key === "ArrowUp");
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.button === 0 && event.target.closest("[data-handle]");
  const item = handle && itemOf(handle);
  if (!item) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  item.classList.add("dragged");
  const before = place(item);
  const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;

  const follow = ({ clientY }) => {
    const { previousElementSibling: above, nextElementSibling: below } = item;
    const up = above && clientY < middle(above);
    if (!up && !(below && clientY > middle(below))) return;
    step(item, up);
    item.scrollIntoView({ block: "nearest" });
    follow({ clientY });
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener(
    "lostpointercapture",
    () => {
      handle.removeEventListener("pointermove", follow);
      item.classList.remove("dragged");
      if (place(item) !== before) moved(item);
    },
    { once: true },
  );
});
