// The province's own identity program: in goes a tap, out comes the ticket that it gives when one comes back.
const config = require("../config");

// WeChat's scene for "came back from another program".
const CAME_BACK = 1038;

function named() {
  return config.province && config.province.appId ? config.province : null;
}

// In the tap itself, as WeChat wants it.
function visit(audience, fail) {
  const { appId, path } = named();
  wx.navigateToMiniProgram({ appId, path, extraData: { audience }, fail });
}

// What it gave: another program's word counts for nothing. Null where one did not come back from there at all.
function broughtBack({ scene, referrerInfo }) {
  const province = named();
  const from = referrerInfo || {};
  if (scene !== CAME_BACK || !province || from.appId !== province.appId) return null;
  const { ticket } = from.extraData || {};
  return { ticket: typeof ticket === "string" ? ticket : "" };
}

module.exports = { broughtBack, named, visit };
