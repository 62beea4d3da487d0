// Sign-up: tell the server which time zone this browser lives in. The server checks the name and falls back to UTC.
const field = document.querySelector("[data-guess-timezone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (field && zone) field.value = zone;
