// What stays on the phone: a session's token, work that the server does not have yet, language and letter size.
const LANGUAGE = "language";
const LARGE = "large";
const TOKEN = "token";
const DRAFTS = "drafts";

function kept(key) {
  return wx.getStorageSync(key);
}

function keep(key, value) {
  wx.setStorageSync(key, value);
}

// Nothing of a person stays behind on a phone that goes from hand to hand.
function forget() {
  wx.removeStorageSync(TOKEN);
  wx.removeStorageSync(DRAFTS);
}

module.exports = { DRAFTS, LANGUAGE, LARGE, TOKEN, forget, keep, kept };
