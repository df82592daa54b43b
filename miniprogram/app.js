// The program's start: in go what the phone kept, out come language, letter size and a session to go on with.
const { LANGUAGE, LARGE, kept } = require("./lib/kept");
const { broughtBack } = require("./lib/province");

App({
  globalData: { locale: "zh", large: false, brought: null, word: "" },
  onLaunch() {
    this.globalData.locale = kept(LANGUAGE) === "en" ? "en" : "zh";
    this.globalData.large = kept(LARGE) === true;
  },
  onShow(options) {
    this.globalData.brought = broughtBack(options || {}) || this.globalData.brought;
  },
});
