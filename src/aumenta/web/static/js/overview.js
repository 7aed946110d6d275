// SPDX-FileCopyrightText: 2026 The Aumenta authors
// SPDX-License-Identifier: EUPL-1.2
// "Where do you live?": a name of the list leads straight to its page. Without scripts the form searches the places.

const input = document.getElementById("town");

if (input) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  const addresses = new Map(
    [...document.querySelectorAll("#towns option")].map((option) => [plain(option.value), option.dataset.address]),
  );
  input.form.addEventListener("submit", (event) => {
    const address = addresses.get(plain(input.value));
    if (address) {
      event.preventDefault();
      window.location.assign(address);
    }
  });
}
