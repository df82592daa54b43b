// Talking to the server: in go method, path and data, out comes its answer, or a trouble with words for people.
const config = require("../config");
const { TOKEN, keep, kept } = require("./kept");
const { text } = require("./words");

const PREFIX = "/api/v1";
// Sessions end at one place, for programs and pages alike.
const SIGN_OUT = "/sign-out";
const PATIENCE = 20000;

function place(path) {
  return config.server + (path === SIGN_OUT ? "" : PREFIX) + path;
}

function headers(more) {
  const token = kept(TOKEN);
  return Object.assign(token ? { Authorization: "Bearer " + token } : {}, more);
}

// A renewed token comes in a header, whose letters' case differs from phone to phone.
function renew(header) {
  for (const name of Object.keys(header || {})) {
    if (name.toLowerCase() === "x-session-token") keep(TOKEN, header[name]);
  }
}

// What went wrong: `code` for the program, `title` in both languages for people, `problems` beside fields.
function trouble(status, data) {
  const said = data && typeof data === "object" ? data : {};
  return {
    code: said.code || "unexpected",
    status,
    title: said.title ? { zh: said.title, en: said.title_en || said.title } : text("unexpected"),
    problems: said.errors || [],
    contact: said.contact || null,
  };
}

function offline() {
  return { code: "offline", status: 0, title: text("offline"), problems: [] };
}

function ask(method, path, data, header) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: place(path),
      method,
      data,
      header: headers(header),
      timeout: PATIENCE,
      success({ statusCode, data: answer, header: sent }) {
        renew(sent);
        if (statusCode < 400) resolve(answer);
        else reject(trouble(statusCode, answer));
      },
      fail: () => reject(offline()),
    });
  });
}

function upload(path, file, formData) {
  return new Promise((resolve, reject) => {
    wx.uploadFile({
      url: place(path),
      filePath: file,
      name: "file",
      formData,
      header: headers(),
      success({ statusCode, data }) {
        const answer = parsed(data);
        if (statusCode < 400) resolve(answer);
        else reject(trouble(statusCode, answer));
      },
      fail: () => reject(offline()),
    });
  });
}

function download(path) {
  return new Promise((resolve, reject) => {
    wx.downloadFile({
      url: place(path),
      header: headers(),
      success({ statusCode, tempFilePath }) {
        if (statusCode < 400) resolve(tempFilePath);
        else reject(trouble(statusCode));
      },
      fail: () => reject(offline()),
    });
  });
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch (error) {
    return data;
  }
}

module.exports = { SIGN_OUT, ask, download, upload };
