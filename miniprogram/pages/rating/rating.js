const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");

const LEVELS = [5, 4, 3, 2, 1];

Page(begin({
  title: "rating",
  data: { items: [], none: false },
  onLoad() {
    this.chosen = {};
    this.written = {};
    this.work(() => this.list());
  },
  async list() {
    const { number } = this.options;
    const found = await ask("GET", "/own/cases/" + number + "/ratings");
    this.setData({ items: found.map((one) => this.drawn(one)), none: !found.length });
  },
  // What was entered for somebody gives way to their own word; their own is given once.
  drawn(item) {
    const level = item.rating ? this.told(item.rating.level_text) : "";
    const { follow_up: followed } = item.rating || {};
    return {
      slot: item.slot,
      title: this.told(item.title),
      comment: this.told(item.title) + " " + this.data.w.rating_words,
      spoken: this.say("rating_item", { title: this.told(item.title) }),
      given: item.may_rate ? "" : level,
      words: item.rating ? item.rating.words : "",
      answer: followed ? [this.told(followed.finding), followed.answer].filter(Boolean).join(" · ") : "",
      before: item.may_rate && level ? this.say("rating_for_you", { level }) : "",
      levels: LEVELS.map((level) => ({ value: String(level), label: this.data.w["level_" + level] })),
    };
  },
  pick({ currentTarget, detail }) {
    this.chosen[currentTarget.dataset.slot] = Number(detail.value);
  },
  write({ currentTarget, detail }) {
    this.written[currentTarget.dataset.slot] = detail.value;
  },
  send({ currentTarget }) {
    const { slot } = currentTarget.dataset;
    const level = this.chosen[slot];
    if (!level) {
      this.announce(this.data.w.rating_choose);
      return undefined;
    }
    const given = { level, words: (this.written[slot] || "").trim() };
    return this.work(async () => {
      await ask("POST", "/cases/" + this.options.number + "/slots/" + slot + "/rating", given);
      await this.list();
      this.announce(this.data.w.rating_done);
    });
  },
}));
