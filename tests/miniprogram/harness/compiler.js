// The template compiler is packed for Node: here are the three things of Node that it asks for.
"use strict";
window.nodeModule = (source, given) => {
  const module = { exports: {} };
  const require = (name) => {
    if (!(name in given)) throw new Error("not given to the framework: " + name);
    return given[name];
  };
  new Function("module", "exports", "require", "__dirname", "process", source)(
    module, module.exports, require, "", { env: {} });
  return module.exports;
};
const bytes = Uint8Array.from(atob(FRAMEWORK.wasm), (letter) => letter.charCodeAt(0));
window.glassEasel = nodeModule(FRAMEWORK.engine, {});
window.adapter = nodeModule(FRAMEWORK.adapter, { "glass-easel": window.glassEasel });
window.TmplGroup = nodeModule(FRAMEWORK.compiler, {
  util: { TextDecoder, TextEncoder },
  path: { join: (...parts) => parts.join("/") },
  fs: { readFileSync: () => bytes },
}).TmplGroup;
