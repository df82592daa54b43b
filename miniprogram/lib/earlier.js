// Cases of the same life event and person that are there already: in goes the open draft, out comes what a page shows.
const draft = require("./draft");
const { dateOf } = require("./day");

// A page's own hand: shown with what comes next, never in its way.
const EARLIER = {
  async lookBack() {
    const found = await draft.earlier();
    const open = found.some((one) => !one.closed_on);
    const hint = open ? this.data.w.earlier_open_hint : this.data.w.earlier_hint;
    this.setData({
      earlier: found.map((one) => ({
        number: one.number,
        state: this.say(one.closed_on ? "earlier_ended" : "earlier_open", {
          day: dateOf(this.locale, one.closed_on || one.submitted_on),
          state: this.told(one.state_text),
        }),
        hint,
      })),
    });
  },
  openEarlier({ currentTarget }) {
    wx.navigateTo({ url: "/pages/case/case?number=" + currentTarget.dataset.number });
  },
};

module.exports = { EARLIER };
