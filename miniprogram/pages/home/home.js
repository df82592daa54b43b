const draft = require("../../lib/draft");
const { ask } = require("../../lib/server");
const { begin, setLanguage, setLarge } = require("../../lib/page");
const { signOut, signedIn } = require("../../lib/session");

Page(begin({
  data: { events: [], signed: false, unproven: false },
  onShow() {
    this.setData({ signed: signedIn() });
    this.list();
    this.who();
  },
  // Whether it is proven who this is. Without an answer nothing is said: the page is for everybody.
  async who() {
    if (!signedIn()) {
      this.setData({ unproven: false });
      return;
    }
    try {
      const { role, verified } = await ask("GET", "/me");
      this.setData({ unproven: role === "citizen" && !verified });
    } catch (trouble) {
      if (trouble.code === "not_signed_in") this.setData({ signed: false, unproven: false });
    }
  },
  list() {
    return this.work(async () => {
      const bundles = await ask("GET", "/bundles");
      this.setData({ events: bundles.map((one) => this.drawn(one)) });
    });
  },
  drawn(one) {
    return {
      bundle: one.bundle,
      title: this.told(one.title),
      lead: this.say("lead", { agency: this.told(one.lead_agency) }),
      items: this.say("items_up_to", { count: one.items }),
      begin: draft.begun(one.bundle) ? this.data.w.go_on : this.data.w.begin,
    };
  },
  begin({ currentTarget }) {
    wx.navigateTo({ url: "/pages/start/start?bundle=" + currentTarget.dataset.bundle });
  },
  cases() {
    wx.navigateTo({ url: "/pages/cases/cases" });
  },
  mandates() {
    wx.navigateTo({ url: "/pages/mandates/mandates" });
  },
  identity() {
    wx.navigateTo({ url: "/pages/identity/identity" });
  },
  signIn() {
    wx.navigateTo({ url: "/pages/sign_in/sign_in" });
  },
  signOut() {
    return this.work(async () => {
      await signOut();
      this.setData({ signed: false, unproven: false });
      this.announce(this.data.w.signed_out);
    });
  },
  size() {
    setLarge(!this.data.size);
    this.dress();
  },
  language() {
    setLanguage(this.locale === "en" ? "zh" : "en");
    this.dress();
    this.list();
  },
}));
