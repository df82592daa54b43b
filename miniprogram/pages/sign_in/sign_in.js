const config = require("../../config");
const { begin } = require("../../lib/page");
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
    if (!me.verified) this.announce(this.data.w.not_verified);
    const there = decodeURIComponent(this.options.to || "");
    if (there) wx.redirectTo({ url: there });
    else wx.reLaunch({ url: "/pages/home/home" });
  },
}));
