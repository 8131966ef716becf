"use strict";

const isDirty = form => [...form.elements].some(control => {
  if (control.type === "hidden") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") {
    const chosen = [...control.options].findIndex(option => option.defaultSelected);
    return control.selectedIndex !== Math.max(chosen, 0);
  }
  return "defaultValue" in control && control.value !== control.defaultValue;
});

let leavingToSave = false;
document.addEventListener("submit", () => { leavingToSave = true; });
addEventListener("beforeunload", event => {
  if (!leavingToSave && [...document.querySelectorAll("form[data-guard]")].some(isDirty)) event.preventDefault();
});

addEventListener("pageshow", event => { if (event.persisted) location.reload(); });

const showTotal = form => {
  const parts = [...form.querySelectorAll("[data-component]")];
  const chosen = parts.map(part => part.querySelector("input:checked")).filter(Boolean);
  const points = chosen.reduce((sum, input) => sum + Number(input.dataset.points), 0);
  form.querySelector("[data-total]").textContent = chosen.length ? points : "–";
  form.querySelector("[data-answered]").textContent = `${chosen.length} of ${parts.length} answered`;
};
document.addEventListener("change", event => {
  const form = event.target.closest("form[data-score]");
  if (form) showTotal(form);
});

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-score]").forEach(showTotal);
  document.querySelector("[data-autofocus]")?.focus();
});
