// How results come and how often somebody has to: in goes the server's word, out come lines to read.
const { say, told, words } = require("./words");

function drawComing({ way, visits, over }, locale) {
  const w = words(locale);
  const who = (one) => one.who.map((each) => told(locale, each)).join(locale === "en" ? ", " : "、");
  const few = visits.length === 1 ? w.coming_once : say(locale, "coming_count", { count: visits.length });
  return {
    results: [told(locale, way), w.coming_seen].filter(Boolean),
    visits: visits.length
      ? [few, ...visits.map((one) => say(locale, "coming_for", { title: told(locale, one.title), who: who(one) }))]
      : [over ? w.coming_over : w.coming_none],
  };
}

module.exports = { drawComing };
