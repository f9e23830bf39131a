"use strict";
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  var claims = Array.prototype.slice.call(document.querySelectorAll(".claims details"));
  function show() {
    var target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView({ block: "start" });
    }
  }
  document.querySelectorAll("button[data-outcome]").forEach(function (button, at, all) {
    button.addEventListener("click", function () {
      all.forEach(function (other) { other.setAttribute("aria-pressed", String(other === button)); });
      claims.forEach(function (item) {
        item.hidden = button.dataset.outcome !== "" && item.dataset.outcome !== button.dataset.outcome;
      });
    });
  });
  var toggle = document.querySelector("button[data-toggle]");
  if (toggle) {
    toggle.addEventListener("click", function () {
      var open = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(open));
      claims.forEach(function (item) { item.open = open; });
    });
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (item) { item.open = true; });
  });
  window.addEventListener("hashchange", show);
  show();
})();
