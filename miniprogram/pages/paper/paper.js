const { begin } = require("../../lib/page");
const { chatFile, photograph } = require("../../lib/paper");
const { ask, upload } = require("../../lib/server");
const { leftOf, untilOf } = require("../../lib/todo");

Page(begin({
  title: "paper",
  data: { found: false, gone: false, paper: null },
  onLoad({ number }) {
    this.path = "/own/cases/" + number;
    this.work(() => this.look());
  },
  async look() {
    const { slot, material } = this.options;
    const wanted = await ask("GET", this.path + "/wanted");
    const paper = wanted.find((one) => one.kind === "paper" && one.slot === slot && one.material === material);
    this.setData({ found: true, gone: !paper, paper: paper ? this.drawn(paper) : null });
  },
  drawn(one) {
    const title = this.told(one.title);
    return {
      title: this.say("paper_for", { title }),
      until: untilOf(this.locale, one),
      left: leftOf(this.locale, one.left),
      late: one.left !== null && one.left < 0,
      after: this.told(one.said),
      may: one.may,
      take: this.say("photograph", { title }),
      choose: this.say("choose_file", { title }),
    };
  },
  take() {
    return this.bring(photograph);
  },
  choose() {
    return this.bring(chatFile);
  },
  // The file is handed in as soon as it has come; one that cannot be taken is told, and another may follow.
  bring(from) {
    return this.work(async () => {
      const file = await from();
      if (!file) return;
      this.announce(this.data.w.uploading);
      const { slot, material } = this.options;
      try {
        await upload(this.path + "/slots/" + encodeURIComponent(slot) + "/papers/" + material, file, {});
      } catch (trouble) {
        this.announce("");
        if (!trouble || trouble.status !== 404) throw trouble;
        await this.look();
        return;
      }
      this.leaveWord(this.data.w.paper_sent);
      this.back();
    });
  },
}));
