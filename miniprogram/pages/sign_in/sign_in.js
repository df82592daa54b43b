const config = require("../../config");
const { begin } = require("../../lib/page");
const { named } = require("../../lib/province");
const { signInByWechat, signInForDevelopment } = require("../../lib/session");

Page(begin({
  title: "sign_in",
  data: { development: config.development, name: "", number: "" },
  type({ currentTarget, detail }) {
    this.setData({ [currentTarget.dataset.name]: detail.value });
  },
  wechat() {
    return this.work(async () => this.go(await signInByWechat()));
  },
  development() {
    return this.work(async () => this.go(await signInForDevelopment(this.data.name, this.data.number)));
  },
  go(me) {
    const there = decodeURIComponent(this.options.to || "");
    if (!me.verified && named()) wx.redirectTo({ url: "/pages/identity/identity?to=" + encodeURIComponent(there) });
    else if (there) wx.redirectTo({ url: there });
    else wx.reLaunch({ url: "/pages/home/home" });
  },
}));
