// What stands on the page on top, field by field, read from what is drawn and not from what drew it.
(below) => {
  const screens = document.querySelectorAll("#phone > page");
  const screen = screens[screens.length - 1 - below];
  const text = (element) => (element ? element.textContent.trim() : "");
  const options = (list) => [...list].map((one) => ({
    value: one.value,
    label: text(one.closest("label") || one),
    checked: one.checked === true || one.selected === true,
  }));
  return [...screen.querySelectorAll(".field")].map((field) => {
    const line = field.querySelector("input.line");
    const long = field.querySelector("textarea");
    const select = field.querySelector("select");
    const radios = field.querySelectorAll("input[type=radio]");
    const ticks = field.querySelectorAll("input[type=checkbox]");
    const group = field.querySelector("[aria-label]");
    const found = {
      pointer: field.__wxElement.dataset.pointer,
      label: text(field.querySelector(".own")) || field.querySelector(".label").firstChild.textContent.trim(),
      spoken: group ? group.getAttribute("aria-label") : text(field.querySelector(".own")),
      required: !field.querySelector(".optional") && !field.matches(".withheld, :has(.withheld)"),
      errors: [...field.querySelectorAll(".error")].map(text),
      options: [],
      value: "",
      kind: "withheld",
    };
    if (line || long) return { ...found, kind: "line", value: (line || long).value };
    if (select) {
      const values = field.querySelector("picker").__wxElement.dataset.values;
      const rolled = options(select.options).filter((one) => one.value !== "");
      const named = rolled.map((one) => ({ ...one, value: values[Number(one.value)].value }));
      return { ...found, kind: "picker", options: named, value: (named.find((one) => one.checked) || { value: "" }).value };
    }
    if (radios.length) {
      const every = options(radios);
      return { ...found, kind: "radio", options: every, value: (every.find((one) => one.checked) || { value: "" }).value };
    }
    if (ticks.length === 1 && ticks[0].value === "true" && field.querySelector(".own")) {
      return { ...found, kind: "tick", value: ticks[0].checked };
    }
    if (ticks.length) {
      const every = options(ticks);
      return { ...found, kind: "many", options: every, value: every.filter((one) => one.checked).map((one) => one.value) };
    }
    const own = field.querySelector(".own-value");
    if (own) return { ...found, kind: "own", value: text(own) };
    const holder = field.querySelector(".withheld") || field.parentNode.querySelector(".hint");
    return { ...found, value: text(holder) };
  });
}
