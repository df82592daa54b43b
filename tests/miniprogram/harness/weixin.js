// A small WeChat around the real sources: in go the mini-program's files, out comes a running program in a page.
// WXML and components run in WeChat's own open-source framework (glass-easel); what a phone gives, `wx` gives here.
/* global glassEasel, adapter, TmplGroup, SOURCES */
"use strict";
(() => {

const PREFIX = "once-mini:";
const stack = [];
const files = {};
let app = null;
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

// ------------------------------------------------------------------------------------------- modules of the program
const modules = {};
function load(path, extra = {}) {
  if (modules[path]) return modules[path].exports;
  const source = SOURCES[path];
  if (source === undefined) throw new Error("no such module: " + path);
  const module = (modules[path] = { exports: {} });
  const folder = path.split("/").slice(0, -1);
  const require = (name) => {
    const parts = name.startsWith("/") ? [] : [...folder];
    for (const part of name.split("/")) {
      if (part === "..") parts.pop();
      else if (part && part !== ".") parts.push(part);
    }
    const found = parts.join("/");
    return load(found.endsWith(".js") ? found : found + ".js");
  };
  const names = { require, module, exports: module.exports, wx, getApp: () => app, getCurrentPages: pages, ...extra };
  new Function(...Object.keys(names), source + "\n//# sourceURL=miniprogram/" + path)(...Object.values(names));
  return module.exports;
}

// ---------------------------------------------------------------------------------------------------------- the phone
window.PENDING = 0;
const counted = (...given) => {
  window.PENDING += 1;
  return fetch(...given).finally(() => setTimeout(() => { window.PENDING -= 1; }));
};

const here = (url) => {
  const address = new URL(url);
  return address.pathname + address.search;
};

const wx = {
  request({ url, method = "GET", data, header = {}, success, fail, complete }) {
    const json = data !== undefined && method !== "GET";
    const body = json ? JSON.stringify(data) : undefined;
    const headers = json ? { "content-type": "application/json", ...header } : header;
    counted(here(url), { method, headers, body, credentials: "omit" })
      .then(async (answer) => {
        const text = await answer.text();
        let parsed = text;
        try { parsed = JSON.parse(text); } catch { /* no JSON: as it came */ }
        const sent = {};
        answer.headers.forEach((value, name) => {
          sent[name.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase())] = value;
        });
        return { statusCode: answer.status, data: parsed, header: sent };
      })
      .then((result) => success && success(result), () => fail && fail({ errMsg: "request:fail" }))
      .finally(() => complete && complete());
    return { abort() {} };
  },
  uploadFile({ url, filePath, name, formData = {}, header = {}, success, fail }) {
    const form = new FormData();
    for (const [key, value] of Object.entries(formData)) form.append(key, value);
    form.append(name, files[filePath], filePath.split("/").pop());
    counted(here(url), { method: "POST", headers: header, body: form, credentials: "omit" })
      .then(async (answer) => ({ statusCode: answer.status, data: await answer.text() }))
      .then((result) => success && success(result), () => fail && fail({ errMsg: "uploadFile:fail" }));
  },
  downloadFile({ url, header = {}, success, fail }) {
    counted(here(url), { headers: header, credentials: "omit" })
      .then(async (answer) => {
        const path = "wxfile://tmp/" + Math.random().toString(36).slice(2);
        files[path] = await answer.blob();
        return { statusCode: answer.status, tempFilePath: path };
      })
      .then((result) => success && success(result), () => fail && fail({ errMsg: "downloadFile:fail" }));
  },
  openDocument({ filePath, success, fail }) {
    if (!files[filePath]) return fail && fail({ errMsg: "openDocument:fail" });
    window.OPENED = { size: files[filePath].size, type: files[filePath].type };
    return success && success({});
  },
  chooseMedia({ success, fail }) {
    const chosen = window.MEDIA;
    if (!chosen) return fail && fail({ errMsg: "chooseMedia:fail cancel" });
    const path = "wxfile://tmp/" + chosen.name;
    files[path] = new Blob([Uint8Array.from(chosen.bytes)]);
    return success({ tempFiles: [{ tempFilePath: path, size: chosen.bytes.length, fileType: "image" }] });
  },
  login({ success }) { success({ code: window.CODE || "code-of-this-phone" }); },
  getStorageSync(key) {
    const kept = localStorage.getItem(PREFIX + key);
    return kept === null ? "" : JSON.parse(kept);
  },
  setStorageSync(key, value) { localStorage.setItem(PREFIX + key, JSON.stringify(value)); },
  removeStorageSync(key) { localStorage.removeItem(PREFIX + key); },
  setNavigationBarTitle({ title }) { document.title = title; },
  navigateTo({ url }) { open(url, false); },
  redirectTo({ url }) { open(url, true); },
  reLaunch({ url }) { while (stack.length) close(); open(url, false); },
  navigateBack({ delta = 1 } = {}) {
    for (let left = delta; left > 0 && stack.length > 1; left -= 1) close();
    top().root.getComponent().getBackendElement().style.display = "";
    call(top(), "onShow");
  },
  pageScrollTo() {},
};

function pages() { return stack.map((one) => one.page); }
function top() { return stack[stack.length - 1]; }
function call(one, name, ...given) {
  if (typeof one.page[name] === "function") one.page[name](...given);
}

function close() {
  const gone = stack.pop();
  call(gone, "onUnload");
  const element = gone.root.getComponent().getBackendElement();
  gone.root.release();
  element.remove();
}

function open(url, instead) {
  const [path, query = ""] = url.replace(/^\//, "").split("?");
  const options = Object.fromEntries([...new URLSearchParams(query)]);
  if (instead && stack.length) close();
  if (stack.length) {
    call(top(), "onHide");
    top().root.getComponent().getBackendElement().style.display = "none";
  }
  const root = backend.createRoot("page", space, path);
  const page = root.get();
  const one = { root, page };
  page.route = path;
  stack.push(one);
  const place = document.createElement("div");
  document.getElementById("phone").appendChild(place);
  root.attach(document.getElementById("phone"), place);
  call(one, "onLoad", options);
  call(one, "onShow");
  call(one, "onReady");
}

document.addEventListener("visibilitychange", () => {
  if (stack.length) call(top(), document.hidden ? "onHide" : "onShow");
});

// ------------------------------------------------------------------------------------------------------------ start
const env = new adapter.MiniProgramEnv();
const screen = new glassEasel.CurrentWindowBackendContext();
screen.onEvent((target, type, detail, options) => {
  // Everything else comes from the components above, in the shape in which a phone tells it.
  if (type !== "tap") return undefined;
  const event = new glassEasel.Event(type, detail, options);
  glassEasel.Event.dispatchEvent(target, event);
  return event.getEventBubbleStatus();
});
const space = env.createCodeSpace("", true);
components(env.getGlobalCodeSpace().getComponentSpace(), space.getComponentSpace());
const backend = env.associateBackend(screen);
const drawn = templates();
const config = JSON.parse(SOURCES["app.json"]);
for (const path of config.pages) {
  space.addComponentStaticConfig(path, JSON.parse(SOURCES[path + ".json"] || "{}"));
  space.addCompiledTemplate(path, { groupList: drawn, content: drawn[path] });
}
load("app.js", { App(definition) { app = definition; } });
for (const path of config.pages) {
  space.componentEnv(path, ({ Page }) => load(path + ".js", { Page }));
}
if (app.onLaunch) app.onLaunch({});
open(window.FIRST || config.pages[0], false);
window.READY = true;
window.program = { stack, wx, load, pages, busy: () => top().page.data.busy === true };
})();
