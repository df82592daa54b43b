const draft = require("../../lib/draft");
const { EARLIER } = require("../../lib/earlier");
const { fieldsOf } = require("../../lib/field");
const { receivers } = require("../../lib/notice");
const { begin } = require("../../lib/page");

Page(begin(Object.assign({}, EARLIER, {
  title: "notice",
  data: { event: "", agencies: [], shared: [], earlier: [] },
  onLoad() {
    this.work(async () => {
      const plan = await draft.plan(false);
      const fields = plan.sections.reduce((all, one) => all.concat(fieldsOf(one)), []);
      const shared = fields.filter((one) => one.supply === "register");
      this.setData({
        event: this.told(plan.title),
        agencies: receivers(plan, this.locale),
        shared: shared.map((one) => this.told(one.title)).filter((one, at, every) => every.indexOf(one) === at),
      });
      await this.lookBack();
    });
  },
  agree() {
    return this.go(true);
  },
  decline() {
    return this.go(false);
  },
  go(agreed) {
    draft.agree(agreed);
    wx.navigateTo({ url: "/pages/sections/sections" });
  },
})));
