const { dayOf } = require("../../lib/day");
const { begin } = require("../../lib/page");
const { ask } = require("../../lib/server");

Page(begin({
  title: "appointment",
  data: { found: false, item: "", facts: [], booked: "", asking: false, days: [], times: [], heading: "" },
  onLoad({ number, slot }) {
    this.path = "/cases/" + number + "/slots/" + encodeURIComponent(slot) + "/appointment";
    this.work(async () => this.redraw(await ask("GET", this.path)));
  },
  redraw(view) {
    this.view = view;
    this.setData({
      found: true,
      item: this.told(view.title),
      facts: this.facts(view),
      booked: view.booked ? this.when(view.booked) : "",
      asking: false,
    });
    const days = view.days.map((one) => ({ day: one.day, free: this.free(one) }));
    const own = view.booked ? view.booked.day : "";
    const shown = [this.on, own].find((day) => days.some((one) => one.day === day));
    const open = days.find((one) => one.free) || days[0];
    this.turn(shown || (open ? open.day : ""));
  },
  facts(view) {
    const who = view.who.map((one) => this.told(one)).join("；");
    const where = this.told(view.window) + " · " + this.told(view.address);
    return [
      who && this.say("appointment_who", { who }),
      this.say("appointment_where", { where }),
      view.phone && this.say("appointment_phone", { phone: view.phone }),
      view.bring && this.say("appointment_bring", { bring: this.told(view.bring) }),
    ].filter(Boolean);
  },
  when(one) {
    return dayOf(this.locale, one.day) + " " + one.starts;
  },
  free(day) {
    return day.times.reduce((sum, one) => sum + one.free, 0);
  },
  left(count) {
    return count ? this.say("appointment_free", { count }) : this.data.w.appointment_none;
  },
  // Show the times of one day.
  turn(day) {
    this.on = day;
    const { days, booked } = this.view;
    const chosen = days.find((one) => one.day === day);
    this.setData({
      days: days.map((one) => this.drawnDay(one)),
      heading: chosen ? this.say("appointment_times", { day: dayOf(this.locale, day) }) : "",
      times: chosen ? chosen.times.map((one) => this.drawnTime(one, booked)) : [],
    });
  },
  drawnDay(one) {
    const label = dayOf(this.locale, one.day);
    const note = this.left(this.free(one));
    const chosen = one.day === this.on;
    const spoken = [label, note, chosen ? this.data.w.appointment_chosen : ""].filter(Boolean).join(" ");
    return { day: one.day, label, note, chosen, spoken };
  },
  drawnTime(one, booked) {
    const { w } = this.data;
    const mine = Boolean(booked) && booked.day === one.day && booked.starts === one.starts;
    const kind = one.kind === "usual" ? "" : w["kind_" + one.kind];
    const note = mine ? w.appointment_mine : [kind, this.left(one.free)].filter(Boolean).join(" · ");
    const label = one.starts + "–" + one.ends;
    return { starts: one.starts, label, note, mine, open: !mine && one.free > 0, spoken: label + " " + note };
  },
  choose({ currentTarget }) {
    this.turn(currentTarget.dataset.day);
  },
  // Book, or move to another time; somebody else may have been faster.
  book({ currentTarget }) {
    const { starts } = currentTarget.dataset;
    return this.work(async () => {
      try {
        this.redraw(await ask("POST", this.path, { day: this.on, starts }));
        this.announce(this.say("appointment_done", { when: this.data.booked }));
      } catch (trouble) {
        if (!trouble || trouble.code !== "action_rejected") throw trouble;
        this.redraw(await ask("GET", this.path));
        this.announce(this.say("appointment_full", { clock: starts }));
      }
      wx.pageScrollTo({ scrollTop: 0 });
    });
  },
  // Somebody else may have the time a moment later, so it is asked once.
  ask() {
    this.setData({ asking: true });
  },
  keep() {
    this.setData({ asking: false });
  },
  cancel() {
    return this.work(async () => {
      this.redraw(await ask("DELETE", this.path));
      this.announce(this.data.w.appointment_cancelled);
      wx.pageScrollTo({ scrollTop: 0 });
    });
  },
}));
