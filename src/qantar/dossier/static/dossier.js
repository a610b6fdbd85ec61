/* Adds a copy button to each citation. Everything else on the page works without it. */
"use strict";
(function () {
  if (!navigator.clipboard || !navigator.clipboard.writeText) { return; }
  document.querySelectorAll("details.cite").forEach(function (box) {
    box.addEventListener("toggle", function () {
      if (!box.open || box.querySelector("button")) { return; }
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = "⧉";
      button.title = box.querySelector("summary").textContent;
      button.setAttribute("aria-label", button.title);
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(box.querySelector(".citation").textContent.trim());
        button.textContent = "✓";
      });
      box.appendChild(button);
    });
  });
}());
