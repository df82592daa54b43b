// What every page has: words in the person's language, letter size, for whom the open draft is filed, one line that
// is read out, and troubles told.
const { current } = require("./draft");
const { LANGUAGE, LARGE, TOKEN, keep, kept } = require("./kept");
const { say, told, words } = require("./words");

const COMMON = {
  // Put on the person's language and letter size.
  dress() {
    const { locale, large } = getApp().globalData;
    this.locale = locale;
    const w = words(locale);
    const { whom } = current() || {};
    this.setData({
      w,
      size: large ? "large" : "",
      lang: locale === "en" ? "en" : "zh-CN",
      whom: whom ? say(locale, "whom_other", { name: whom }) : "",
    });
    wx.setNavigationBarTitle({ title: this.title ? w[this.title] : w.site });
  },
  say(key, given) {
    return say(this.locale, key, given);
  },
  told(both) {
    return told(this.locale, both);
  },
  announce(text) {
    this.setData({ status: text });
  },
  // Say it on the page that comes next, which is on top when this one has gone.
  leaveWord(text) {
    getApp().globalData.word = text;
  },
  hear() {
    const { globalData } = getApp();
    if (globalData.word) this.announce(globalData.word);
    globalData.word = "";
  },
  // Do something that takes a while: no second time meanwhile, and what goes wrong is told.
  async work(task) {
    if (this.busy) return undefined;
    this.busy = true;
    this.setData({ busy: true, trouble: "" });
    try {
      return await task();
    } catch (trouble) {
      this.wrong(trouble);
      return undefined;
    } finally {
      this.busy = false;
      this.setData({ busy: false });
    }
  },
  wrong(trouble) {
    if (!trouble || !trouble.title) throw trouble;
    if (trouble.code === "not_signed_in") {
      wx.removeStorageSync(TOKEN);
      wx.redirectTo({ url: "/pages/sign_in/sign_in?to=" + encodeURIComponent(this.address || "") });
      return;
    }
    this.setData({ trouble: this.told(trouble.title) });
  },
  back() {
    wx.navigateBack({ delta: 1 });
  },
};

function begin(definition) {
  const data = Object.assign({ w: {}, size: "", lang: "", busy: false, trouble: "", status: "", whom: "" }, definition.data);
  const onLoad = definition.onLoad;
  return Object.assign({}, COMMON, definition, {
    data,
    onLoad(options) {
      this.options = options || {};
      const query = Object.keys(this.options).map((name) => name + "=" + this.options[name]);
      this.address = "/" + this.route + (query.length ? "?" + query.join("&") : "");
      this.dress();
      if (onLoad) onLoad.call(this, this.options);
    },
  });
}

function setLanguage(locale) {
  keep(LANGUAGE, locale);
  getApp().globalData.locale = locale;
}

function setLarge(large) {
  keep(LARGE, large);
  getApp().globalData.large = large;
}

function signedIn() {
  return Boolean(kept(TOKEN));
}

module.exports = { begin, setLanguage, setLarge, signedIn };
