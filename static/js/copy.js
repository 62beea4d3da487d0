// Buttons that copy what an element says. Without leave to use the clipboard they stay hidden: the text can be selected.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    document.dispatchEvent(new CustomEvent("toast", { detail: button.dataset.copied }));
  });
}
