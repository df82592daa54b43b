const { drawField } = require("../../lib/field");
const { begin } = require("../../lib/page");
const { chatFile, photograph } = require("../../lib/paper");
const { put } = require("../../lib/pointer");
const { ask, upload } = require("../../lib/server");
const { SHEET } = require("../../lib/sheet");

Page(begin(Object.assign({}, SHEET, {
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
      none: !asked.slots.length && !asked.hold && !asked.gates.length,
      slots: [
        ...asked.slots.map((one) => ({
          slot: one.slot,
          title: this.told(one.title),
          reasons: one.reasons.map((reason) => this.told(reason)),
          by: one.due ? this.say("correction_by", { day: one.due.due }) : "",
        })),
        ...asked.gates.map((one) => ({
          slot: one.slot,
          title: this.told(one.title),
          reasons: [this.told(one.text), this.told(one.fix)],
          by: "",
        })),
      ],
      // What others supplied about somebody else is not shown; typing replaces it.
      fields: asked.fields.map((one) => {
        const drawn = drawField(one, about, this.told(asked.owners[one.pointer]));
        return { ...drawn, hint: this.told(asked.withheld[one.pointer]) || drawn.hint };
      }),
      papers: asked.materials.map((one) => ({
        material: one.material,
        title: this.told(one.title),
        take: this.say("photograph", { title: this.told(one.title) }),
        choose: this.say("choose_file", { title: this.told(one.title) }),
        uploaded: false,
      })),
    });
  },
  // An answer that is taken away is said so: what is left out stays as it was.
  put(pointer, value) {
    this.given = put(this.given, pointer, value === null ? undefined : value);
  },
  take({ currentTarget }) {
    return this.bring(currentTarget.dataset.material, photograph);
  },
  choose({ currentTarget }) {
    return this.bring(currentTarget.dataset.material, chatFile);
  },
  bring(material, from) {
    return this.work(async () => {
      const file = await from();
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
      this.leaveWord(this.data.w.correction_sent);
      this.back();
    });
  },
})));
