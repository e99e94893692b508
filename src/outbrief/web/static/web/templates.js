// What the template editor and the branding do beyond plain forms.

// A colour is typed, or picked beside it: the typed one is what counts.
for (const picker of document.querySelectorAll("[data-colour-of]")) {
  const typed = document.getElementById(picker.dataset.colourOf);
  picker.hidden = false;
  picker.addEventListener("input", () => { typed.value = picker.value; });
  typed.addEventListener("input", () => { if (typed.validity.valid && /^#[0-9a-f]{6}$/i.test(typed.value)) picker.value = typed.value; });
}

// A section that is removed can be put back as long as the page is open.
document.addEventListener("click", (event) => {
  const button = event.target.closest('#section-list button[name="remove"]');
  if (!button) return;
  event.preventDefault();
  const item = button.closest("#section-list > li");
  const list = item.parentElement;
  const next = item.nextElementSibling;
  const told = document.createElement("div");
  told.className = "removed";
  told.setAttribute("role", "status");
  const back = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: "Put it back" });
  back.addEventListener("click", () => {
    if (next?.parentElement === list) next.before(item);
    else list.append(item);
    told.remove();
    item.querySelector('[name="remove"]').focus();
    item.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.querySelector(".removed")?.remove();
  list.after(told);
  // It stays on the page, where an answer under way may still be about it; its key is not given to another.
  const bin = document.getElementById("bin");
  bin.append(item);
  bin.after(Object.assign(document.createElement("input"), { type: "hidden", name: "gone", value: item.dataset.key }));
  told.append(`${item.querySelector("[data-name]").textContent} was removed. `, back);
  back.focus();
  htmx.trigger(document.body, "sections-changed");
});

// A measure that is chosen goes to those in order, and back when it is not.
document.addEventListener("change", (event) => {
  const box = event.target.closest('[data-measures] input[type="checkbox"]');
  if (!box) return;
  box.closest("[data-measures]").querySelector(box.checked ? "ol" : "ul").append(box.closest("li"));
  box.focus();
});

