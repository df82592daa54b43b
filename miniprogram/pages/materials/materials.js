const draft = require("../../lib/draft");
const { begin } = require("../../lib/page");
const { chatFile, photograph } = require("../../lib/paper");

Page(begin({
  title: "materials",
  data: { papers: [], others: [] },
  onShow() {
    this.work(async () => this.redraw(await draft.plan(false)));
  },
  redraw(plan) {
    const own = plan.materials.filter((one) => one.source === "self");
    this.setData({
      papers: own.map((one) => this.drawn(one, plan.later)),
      others: plan.materials.filter((one) => one.source !== "self").map((one) => this.told(one.title)),
    });
  },
  drawn(paper, later) {
    const { owed, without } = draft.current();
    const title = this.told(paper.title);
    return {
      material: paper.material,
      title,
      main: paper.main,
      uploaded: paper.uploaded,
      asked: later.indexOf(paper.material) >= 0,
      owed: owed.indexOf(paper.material) >= 0,
      without: without.indexOf(paper.material) >= 0,
      take: this.say(paper.uploaded ? "photograph_again" : "photograph", { title }),
      choose: this.say("choose_file", { title }),
    };
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
      try {
        await draft.bring(material, file);
      } catch (trouble) {
        this.announce("");
        throw trouble;
      }
      draft.say(material, "");
      this.redraw(await draft.plan(false));
      this.announce(this.data.w.uploaded);
    });
  },
  decide({ currentTarget, detail }) {
    draft.say(currentTarget.dataset.material, detail.value);
  },
}));
