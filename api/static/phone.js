(() => {
const s = sessionStorage, $ = x => document.querySelector(x), {who, kept} = $("[data-who]").dataset, f = $("form[data-keep]"),
  k = f && new URL(f.action).pathname, show = (x, no) => $(x).hidden = no,
  part = e => /radio|box/.test(e.type) ? "checked" : "value";
if (who && s.who != who) { s.clear(); s.who = who }
delete s[kept];
addEventListener("submit", e => {
  if (e.target.matches("[action^='/sign-out']")) s.clear();
  else if (!navigator.onLine) { e.preventDefault(); show("#offline") }
});
addEventListener("online", () => show("#offline", 1));
addEventListener("change", e => e.target.type == "file" && e.target.form.requestSubmit());
if (!f) return;
const all = () => [...f.elements].filter(e => e.name && !/hid|sub/.test(e.type));
if (s[k]) {
  const v = JSON.parse(s[k]);
  all().forEach((e, i) => { if (v[i]?.[0] == e.name) e[part(e)] = v[i][1] });
  show("#restored");
  $(".rest>*")?.click()
}
f.addEventListener("input", () => s[k] = JSON.stringify(all().map(e => [e.name, e[part(e)]])))
})()
