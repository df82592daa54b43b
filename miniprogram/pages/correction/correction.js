const { drawField } = require("../../lib/field");
const { begin } = require("../../lib/page");
const { photograph } = require("../../lib/photograph");
const { put } = require("../../lib/pointer");
const { ask, upload } = require("../../lib/server");
const { answerOf } = require("../../lib/typed");

Page(begin({
  title: "correction",
  data: { slots: [], fields: [], papers: [], none: false, problems: [], summary: "" },
  onLoad({ number }) {
    this.given = {};
    this.uploads = {};
    this.work(async () => this.redraw(await ask("GET", "/own/cases/" + number + "/corrections")));
  },
  redraw(asked) {
    const about = { locale: this.locale, agencies: {}, found: {} };
    this.setData({
      none: !asked.slots.length && !asked.hold,
      slots: asked.slots.map((one) => ({
        slot: one.slot,
        title: this.told(one.title),
        reasons: one.reasons.map((reason) => this.told(reason)),
        by: one.due ? this.say("correction_by", { day: one.due.due }) : "",
      })),
      // What others supplied about somebody else is not shown; typing replaces it.
      fields: asked.fields.map((one) => {
        const drawn = drawField(one, about, this.told(asked.owners[one.pointer]));
        return { ...drawn, hint: this.told(asked.withheld[one.pointer]) || drawn.hint };
      }),
      papers: asked.materials.map((one) => ({
        material: one.material,
        title: this.told(one.title),
        take: this.say("photograph", { title: this.told(one.title) }),
        uploaded: false,
      })),
    });
  },
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
    this.put(pointer, chosen.value);
    this.setData({ ["fields[" + at + "].at"]: Number(detail.value), ["fields[" + at + "].chosen"]: chosen.label });
  },
  mark({ currentTarget, detail }) {
    this.put(currentTarget.dataset.pointer, detail.value);
  },
  tick({ currentTarget, detail }) {
    this.put(currentTarget.dataset.pointer, detail.value.length ? true : null);
  },
  // An answer that is taken away is said so: what is left out stays as it was.
  put(pointer, value) {
    this.given = put(this.given, pointer, value === null ? undefined : value);
  },
  take({ currentTarget }) {
    const { material } = currentTarget.dataset;
    return this.work(async () => {
      const file = await photograph();
      if (!file) return;
      this.announce(this.data.w.uploading);
      const kept = await upload("/own/cases/" + this.options.number + "/materials", file, { material });
      this.uploads[material] = kept.id;
      const at = this.data.papers.findIndex((one) => one.material === material);
      this.setData({ ["papers[" + at + "].uploaded"]: true });
      this.announce(this.data.w.uploaded);
    });
  },
  send() {
    return this.work(async () => {
      const materials = Object.keys(this.uploads).map((one) => this.uploads[one]);
      const answers = JSON.parse(JSON.stringify(this.given, (_, value) => (value === undefined ? null : value)));
      try {
        await ask("POST", "/own/cases/" + this.options.number + "/corrections", { answers, materials });
      } catch (trouble) {
        if (!trouble || !trouble.problems || !trouble.problems.length) throw trouble;
        this.setData({
          problems: trouble.problems.map((one) => ({ key: one.pointer + one.code, text: this.told(one) })),
          summary: this.say("problems", { count: trouble.problems.length }),
        });
        return;
      }
      this.announce(this.data.w.correction_sent);
      this.back();
    });
  },
}));
