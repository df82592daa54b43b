// What pages with fields of their own have: taps and typing in, answers by pointer out to the page's `put`.
const { answerOf } = require("./typed");

// Events of the field template, for pages that keep their fields in `data.fields`.
const SHEET = {
  type({ currentTarget, detail }) {
    const { pointer, widget } = currentTarget.dataset;
    this.put(pointer, answerOf(widget, detail.value));
  },
  leave() {},
  pick({ currentTarget, detail }) {
    const { pointer, widget } = currentTarget.dataset;
    this.put(pointer, widget === "yes_no" ? detail.value === "true" : detail.value);
  },
  roll({ currentTarget, detail }) {
    const { pointer, values } = currentTarget.dataset;
    const at = this.data.fields.findIndex((one) => one.pointer === pointer);
    const chosen = values[Number(detail.value)];
    this.setData({ ["fields[" + at + "].at"]: Number(detail.value), ["fields[" + at + "].chosen"]: chosen.label });
    this.put(pointer, chosen.value);
  },
  mark({ currentTarget, detail }) {
    this.put(currentTarget.dataset.pointer, detail.value);
  },
  tick({ currentTarget, detail }) {
    this.put(currentTarget.dataset.pointer, detail.value.length ? true : null);
  },
};

module.exports = { SHEET };
