// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// The address of this very view, whole, with a button that copies it where the browser lets pages do so.

export function offerCopy() {
  const share = document.querySelector("[data-share]");
  if (!share) return;
  const [field, button] = [share.querySelector("input"), share.querySelector("[data-copy]")];
  field.value = new URL(field.getAttribute("value"), location.href).href;
  field.addEventListener("focus", () => field.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return; // not a safe address: the text is selected, to be copied by hand
    }
    share.querySelector("[data-said]").textContent = button.dataset.done;
  });
}
