// WeChat's own form elements: in goes a space of components, out they are as elements of the browser.
/* global TmplGroup */
"use strict";
(() => {

let asking = 0;

const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function set(name, value) {
  setAttribute.call(this, name === "aria-role" ? "role" : name, value);
};

const ARIA = ["label", "checked", "required", "invalid", "describedby", "disabled", "labelledby", "hidden"];

// One of WeChat's own components, with an element of the browser as what is seen of it.
function define(space, tag, properties, { template = "<slot />", ready, events = {} }) {
  const builder = space.define(tag).template(compiled(template));
  const aria = ARIA.map((name) => "aria-" + name);
  for (const name of [...properties, ...aria, "aria-role"]) {
    const camel = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    builder.property(camel, {
      type: null,
      value: null,
      observer(value) {
        // `this` is the component; its host element is drawn by hand, as a phone draws its own.
        apply(this.getBackendElement ? this : this._$, name, value);
      },
    });
  }
  builder.init(({ self, lifetime }) => {
    lifetime("attached", () => {
      const element = inside(self);
      for (const name of [...properties, ...aria, "aria-role"]) {
        const camel = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
        if (self.data[camel] !== null) apply(self, name, self.data[camel]);
      }
      if (ready) ready(self, element);
      for (const [event, handler] of Object.entries(events)) {
        element.addEventListener(event, (raw) => handler(self, element, raw));
      }
    });
  });
  return builder.registerComponent();
}

// A tick is an element of the browser inside WeChat's own.
function inside(component) {
  const host = component.getBackendElement();
  return host && (host.tagName === "RADIO" || host.tagName === "CHECKBOX") ? host.firstElementChild : host;
}

function apply(component, name, value) {
  const element = inside(component);
  if (!element || value === null || value === undefined) return;
  if (name === "value" && "value" in element && element.type !== "radio" && element.type !== "checkbox") {
    if (element.value !== String(value)) element.value = String(value);
  } else if (name === "checked") {
    element.checked = value === true;
  } else if (name === "disabled") {
    element.disabled = value === true;
  } else if (name === "range" || name === "mode") {
    component[name] = value;
    if (component.redraw) component.redraw();
  } else if (name === "placeholder" || name === "maxlength" || name.startsWith("aria-") || name === "value") {
    if (!(name === "maxlength" && Number(value) < 0)) element.setAttribute(name, value);
  }
}

function shown(self) {
  // A picker: WeChat rolls a list up from below; here it is a list of the browser.
  const element = self.getBackendElement();
  const inner = element.querySelector("select");
  if (!inner || !Array.isArray(self.range)) return;
  inner.innerHTML = "";
  for (const [at, text] of [["", ""], ...self.range.map((one, index) => [String(index), one])]) {
    const option = document.createElement("option");
    option.value = at;
    option.textContent = text;
    inner.appendChild(option);
  }
  const value = self.data.value;
  inner.value = value === null || Number(value) < 0 ? "" : String(value);
  inner.setAttribute("aria-label", self.data.ariaLabel || "");
  element.removeAttribute("aria-label");
  element.removeAttribute("role");
}

function components(space, target) {
  const field = ["value", "placeholder", "maxlength", "disabled", "type", "auto-height", "confirm-type"];
  const typing = {
    input: (self, element) => self.triggerEvent("input", { value: element.value }),
    blur: (self, element) => self.triggerEvent("blur", { value: element.value }),
  };
  const made = {
    input: define(space, "input", [...field, "password"], { template: "", events: typing }),
    textarea: define(space, "textarea", field, { template: "", events: typing }),
    radio: define(space, "radio", ["value", "checked", "disabled"], {
      template: "<input type=\"radio\" />",
      ready(self, element) {
        const group = element.closest("[data-group]");
        element.name = group ? group.dataset.group : "";
        element.checked = self.data.checked === true;
        if (self.data.value !== null) element.setAttribute("value", self.data.value);
      },
    }),
    checkbox: define(space, "checkbox", ["value", "checked", "disabled"], {
      template: "<input type=\"checkbox\" />",
      ready(self, element) {
        element.checked = self.data.checked === true;
        if (self.data.value !== null) element.setAttribute("value", self.data.value);
      },
    }),
    picker: define(space, "picker", ["value", "range", "mode", "disabled"], {
      template: '<wx-unseen style="display:none"><slot /></wx-unseen><select />',
      ready(self, element) {
        self.redraw = () => shown(self);
        self.redraw();
        element.querySelector("select").addEventListener("change", (raw) => {
          if (raw.target.value !== "") self.triggerEvent("change", { value: raw.target.value });
        });
      },
    }),
  };
  const group = (tag, value) =>
    define(space, tag, [], {
      ready(self, element) {
        asking += 1;
        element.dataset.group = "group-" + asking;
        for (const one of element.querySelectorAll("input[type=radio]")) one.name = element.dataset.group;
      },
      events: { change: (self, element) => self.triggerEvent("change", { value: value(element) }) },
    });
  made["radio-group"] = group("radio-group", (element) => {
    const chosen = element.querySelector("input:checked");
    return chosen ? chosen.value : "";
  });
  made["checkbox-group"] = group("checkbox-group", (element) =>
    [...element.querySelectorAll("input:checked")].map((one) => one.value));
  for (const [tag, definition] of Object.entries(made)) target.setGlobalUsingComponent(tag, definition);
}

function compiled(source) {
  const group = new TmplGroup();
  group.addTmpl("", source);
  const list = new Function("return " + group.getTmplGenObjectGroups())();
  group.free();
  return { groupList: list, content: list[""] };
}

function templates() {
  const group = new TmplGroup();
  for (const [path, source] of Object.entries(SOURCES)) {
    if (path.endsWith(".wxml")) group.addTmpl(path.slice(0, -5), source);
  }
  const list = new Function("return " + group.getTmplGenObjectGroups())();
  group.free();
  return list;
}

window.elements = { components, templates };
})();
