// Ctrl-K: a page, a habit or a goal by its name, or something to do, without leaving the keyboard. What is listed comes
// from the server; here it is only walked through (WAI-ARIA's combobox with a list: the focus stays in the field).
const dialog = Object.assign(document.createElement("dialog"), { id: "palette", className: "dialog palette" });
dialog.setAttribute("aria-labelledby", "palette-title");
document.body.append(dialog);

const field = () => dialog.querySelector("[role=combobox]");
const options = () => [...dialog.querySelectorAll("[role=option]:not([aria-disabled])")];
const chosen = () => dialog.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) {
    field().removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  field().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  choose(all.at((all.indexOf(chosen()) + by + all.length) % all.length));
}

dialog.addEventListener("htmx:afterSwap", () => {
  choose(options()[0]);
  dialog.querySelector("[data-count]").textContent = dialog.querySelector("[data-said]").dataset.said;
  if (dialog.open) return;
  dialog.showModal();
  field().focus();
});
const keys = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => chosen()?.click() };
dialog.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.isComposing || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

export function open(url) {
  if (!dialog.open) window.htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" });
}
