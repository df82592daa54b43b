// Whether messages may come through WeChat: in go the server's names of them, out comes whether any was agreed to.
const config = require("../config");

const MOST = 3;

// WeChat asks only in the tap itself: call this before anything is waited for.
function consent(templates) {
  const tmplIds = templates.map((name) => (config.templates || {})[name] || name).slice(0, MOST);
  if (!tmplIds.length) return Promise.resolve(false);
  return new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds,
      success: (said) => resolve(tmplIds.some((id) => said[id] === "accept")),
      fail: () => resolve(false),
    });
  });
}

module.exports = { consent };
