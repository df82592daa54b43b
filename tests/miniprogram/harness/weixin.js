// A small WeChat around the real sources: in go the mini-program's files, out comes a running program in a page.
// WXML and components run in WeChat's own open-source framework (glass-easel); `elements.js` and `phone.js` stand
// for what WeChat itself gives.
/* global glassEasel, adapter, SOURCES, elements, phoneOf */
"use strict";
(() => {

const stack = [];
let app = null;
const wx = phoneOf({ stack, open, close, top, call, leave, comeBack });

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

function pages() { return stack.map((one) => one.page); }
function top() { return stack[stack.length - 1]; }
function call(one, name, ...given) {
  if (typeof one.page[name] === "function") one.page[name](...given);
}

// Another program is on top, or the phone is in a pocket.
function leave() {
  call(top(), "onHide");
}

function comeBack(options) {
  if (app.onShow) app.onShow(options);
  call(top(), "onShow");
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
  // WeChat hands over what stands in the address as it stands there.
  const options = Object.fromEntries(query.split("&").filter(Boolean).map((one) => one.split(/=(.*)/s).slice(0, 2)));
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
  if (!stack.length) return;
  if (document.hidden) leave();
  else comeBack({ scene: 1001, referrerInfo: {} });
});

// ------------------------------------------------------------------------------------------------------------ start
const env = new adapter.MiniProgramEnv();
const screen = new glassEasel.CurrentWindowBackendContext();
screen.onEvent((target, type, detail, options) => {
  // Everything else comes from the components above, in the shape in which a phone tells it.
  if (type !== "tap") return undefined;
  const event = new glassEasel.Event(type, detail, options);
  // What WeChat allows in a tap only is allowed while its handler runs, and not after anything was waited for.
  window.TAPPING = true;
  try {
    glassEasel.Event.dispatchEvent(target, event);
  } finally {
    window.TAPPING = false;
  }
  return event.getEventBubbleStatus();
});
const space = env.createCodeSpace("", true);
elements.components(env.getGlobalCodeSpace().getComponentSpace(), space.getComponentSpace());
const backend = env.associateBackend(screen);
const drawn = elements.templates();
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
if (app.onShow) app.onShow({ scene: 1001, referrerInfo: {} });
open(window.FIRST || config.pages[0], false);
window.READY = true;
window.program = { stack, wx, load, pages, busy: () => top().page.data.busy === true };
})();
