// Passkeys: offer them only where the browser knows them, and say so in the page when one did not work.
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !("PublicKeyCredential" in window);
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.querySelector("[data-passkey-trouble]");
  if (trouble) trouble.hidden = false;
});
