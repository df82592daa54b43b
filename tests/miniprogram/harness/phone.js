// What a phone gives: in goes the stack of pages, out comes `wx`. What a hand or another program would do stands
// in `window`: MEDIA and MESSAGE are the chosen files, CODE is WeChat's, AGREES the answer about messages, PROVINCE
// what another program gives back.
"use strict";
(() => {

const PREFIX = "once-mini:";
const files = {};

window.PENDING = 0;
const counted = (...given) => {
  window.PENDING += 1;
  return fetch(...given).finally(() => setTimeout(() => { window.PENDING -= 1; }));
};

const here = (url) => {
  const address = new URL(url);
  return address.pathname + address.search;
};

window.phoneOf = ({ stack, open, close, top, call, leave, comeBack }) => {
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
  openDocument({ filePath, fileType, success, fail }) {
    const file = files[filePath];
    if (!file || !file.type.endsWith("/" + fileType)) return fail && fail({ errMsg: "openDocument:fail" });
    window.OPENED = { size: file.size, type: file.type };
    return success && success({});
  },
  previewImage({ urls, success, fail }) {
    const shown = urls.map((path) => files[path]);
    if (!shown.every((file) => file && file.type.startsWith("image/"))) return fail && fail({ errMsg: "previewImage:fail" });
    window.OPENED = { size: shown[0].size, type: shown[0].type };
    return success && success({});
  },
  chooseMedia({ success, fail }) {
    const chosen = window.MEDIA;
    if (!chosen) return fail && fail({ errMsg: "chooseMedia:fail cancel" });
    const path = "wxfile://tmp/" + chosen.name;
    files[path] = new Blob([Uint8Array.from(chosen.bytes)]);
    return success({ tempFiles: [{ tempFilePath: path, size: chosen.bytes.length, fileType: "image" }] });
  },
  chooseMessageFile({ type, extension, success, fail }) {
    const chosen = window.MESSAGE;
    const listed = chosen && type === "file" && extension.indexOf(chosen.name.split(".").pop()) >= 0;
    if (!listed) return fail && fail({ errMsg: "chooseMessageFile:fail cancel" });
    const path = "wxfile://tmp/" + chosen.name;
    files[path] = new Blob([Uint8Array.from(chosen.bytes)]);
    return success({ tempFiles: [{ path, name: chosen.name, size: chosen.bytes.length, type: "file" }] });
  },
  requestSubscribeMessage({ tmplIds, success, fail }) {
    if (!window.TAPPING) return fail && fail({ errMsg: "requestSubscribeMessage:fail can only be invoked by TAP" });
    window.SUBSCRIBING = tmplIds;
    const said = Object.fromEntries(tmplIds.map((id) => [id, window.AGREES || "reject"]));
    return setTimeout(() => success({ errMsg: "requestSubscribeMessage:ok", ...said }));
  },
  navigateToMiniProgram({ appId, path, extraData, fail }) {
    if (!window.TAPPING) return fail && fail({ errMsg: "navigateToMiniProgram:fail can only be invoked by TAP" });
    window.VISITED = { appId, path, extraData };
    leave();
    const given = window.PROVINCE || {};
    return setTimeout(() => comeBack({ scene: 1038, referrerInfo: { appId: given.appId || appId, extraData: given.extraData } }));
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
return wx;
};
})();
