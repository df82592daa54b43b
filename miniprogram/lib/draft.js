// A form that is being filled: in go answers by pointer, out come plans; kept here until the server has it.
const config = require("../config");
const { DRAFTS, keep, kept } = require("./kept");
const { put, withRow, withoutRow } = require("./pointer");
const { ask, upload } = require("./server");

// How often an answer is laid over what another page saved, before the person is told.
const TRIES = 3;
const MOVED_ON = 409;

let open = null;
let sending = Promise.resolve();

function all() {
  return kept(DRAFTS) || {};
}

// What lies on the phone: the draft's id and key, and answers only while the server does not have them.
function note() {
  const { bundle, id, key, agreed, revision, unsent, edits } = open;
  const left = unsent ? { unsent: said(open), edits } : { unsent: null, edits: [] };
  keep(DRAFTS, Object.assign({}, all(), { [bundle]: Object.assign({ id, key, agreed, revision }, left) }));
}

// Everything that the family has said: answers, and of papers that may follow whether they come or there are none.
function said(one) {
  const { situations, answers, owed, without } = one;
  return { situations, answers, owed, without };
}

function begun(bundle) {
  return Boolean(all()[bundle]);
}

function fresh() {
  const letters = [];
  while (letters.length < 32) letters.push(Math.floor(Math.random() * 16).toString(16));
  return letters.join("");
}

// Go on with the life event's draft, or begin one; what was typed without a connection lies over the server's.
async function take(bundle) {
  if (open && open.bundle === bundle) return open;
  const before = all()[bundle];
  const none = { owed: [], without: [], situations: {}, answers: {}, edits: [] };
  const blank = Object.assign({ bundle, id: null, key: fresh(), agreed: false }, none);
  open = Object.assign(blank, before, { unsent: false, sealed: 0 });
  if (before && before.unsent) Object.assign(open, before.unsent, { unsent: true });
  try {
    if (!open.id) Object.assign(open, await create(bundle));
    else if (!open.unsent) await read(open);
  } catch (trouble) {
    if (trouble.status !== 404) throw trouble;
    Object.assign(open, blank, await create(bundle));
  }
  note();
  return open;
}

async function create(bundle) {
  const { id, revision } = await ask("POST", "/drafts", { bundle });
  return { id, revision };
}

async function read(one) {
  const { situations, answers, owed, without, revision } = await ask("GET", "/drafts/" + one.id);
  Object.assign(one, { situations, answers, owed, without, revision });
}

// Keep one answer: on the phone at once, so that nothing typed is lost, whatever becomes of the connection.
function answer(pointer, value) {
  changed({ pointer, value });
}

function addRow(role) {
  changed({ role, rows: withRow(open.answers, role)[role] });
}

function removeRow(role, index) {
  changed({ role, rows: withoutRow(open.answers, role, index)[role] || [] });
}

// Each step is kept until the server has it: only these are laid over what another page saved meanwhile.
// Laid twice, as after an answer of the server's that was lost, they come to the same.
function changed(edit) {
  const { edits, sealed } = open;
  const last = edits.length > sealed ? edits[edits.length - 1] : {};
  if (edit.pointer && last.pointer === edit.pointer) edits.pop();
  edits.push(edit);
  lay(open, edit);
  open.unsent = true;
  note();
}

function lay(one, { pointer, value, role, rows, material, word }) {
  if (material) choose(one, material, word);
  else if (role) {
    one.answers = Object.assign({}, one.answers, { [role]: rows });
    if (!rows.length) delete one.answers[role];
  } else if (pointer.startsWith("/situations/")) {
    one.situations = put({ situations: one.situations }, pointer, value).situations || {};
  } else one.answers = put(one.answers, pointer, value);
}

// Give the server what it does not have yet, one after the other.
function send() {
  const one = open;
  sending = sending.catch(() => {}).then(() => hand(one));
  return sending;
}

async function hand(one) {
  for (let tried = 1; one.unsent; tried += 1) {
    one.sealed = one.edits.length;
    try {
      const { revision } = await ask("PUT", "/drafts/" + one.id, Object.assign({ revision: one.revision }, said(one)));
      one.edits = one.edits.slice(one.sealed);
      Object.assign(one, { revision, sealed: 0, unsent: one.edits.length > 0 });
      if (open === one) note();
      return;
    } catch (trouble) {
      one.sealed = 0;
      if (trouble.status !== MOVED_ON || tried === TRIES) throw trouble;
    }
    await read(one);
    one.edits.forEach((edit) => lay(one, edit));
  }
}

// The plan of the draft as it stands; `complain` also tells what is still missing.
async function plan(complain) {
  await send();
  const { id, agreed, situations, answers } = open;
  return ask("POST", "/own/drafts/" + id + "/plan", {
    situations,
    answers,
    region: config.region,
    notice_shown: agreed,
    complain,
  });
}

// For whom it may be filed, and is: whoever holds no mandate is not asked.
async function whom() {
  return chosen(await ask("GET", "/own/drafts/" + open.id + "/whom"));
}

// File for somebody by their mandate, null for oneself; the applicant's answers are theirs from then on.
async function fileFor(mandate) {
  await send();
  const found = chosen(await ask("PUT", "/own/drafts/" + open.id + "/whom", { mandate }));
  await read(open);
  return found;
}

function chosen(found) {
  const principal = found.principals.find((one) => one.mandate === found.mandate);
  open.mandated = Boolean(found.mandate);
  open.whom = principal ? principal.name : "";
  return found;
}

// Cases of the same life event and person that are there already.
async function earlier() {
  await send();
  return ask("GET", "/own/drafts/" + open.id + "/before");
}

function agree(agreed) {
  open.agreed = agreed;
  note();
}

// Of a paper that may follow: it comes "later", there is "none", or nothing is said of it.
function say(material, word) {
  changed({ material, word });
}

function choose(one, material, word) {
  const besides = (list, chosen) => list.filter((other) => other !== material).concat(chosen ? [material] : []);
  one.owed = besides(one.owed, word === "later");
  one.without = besides(one.without, word === "none");
}

function bring(material, file) {
  return upload("/materials", file, { draft: open.id, material });
}

// What is filed: everything as it was answered, once.
function filing(pledge) {
  const { bundle, id, owed, situations, answers } = open;
  const region = config.region;
  return { bundle, region, origin: "self", mode: "self", situations, answers, draft: id, pledge, owed };
}

let filed = null;

// File once: a second tap waits for the first, and the same key makes one case of two filings.
function file(pledge, locale) {
  if (!filed) {
    filed = send()
      .then(() => ask("POST", "/cases?lang=" + locale, filing(pledge), { "Idempotency-Key": open.key }))
      .then((made) => {
        drop();
        return made;
      })
      .finally(() => {
        filed = null;
      });
  }
  return filed;
}

function drop() {
  const lines = all();
  delete lines[open.bundle];
  keep(DRAFTS, lines);
  open = null;
}

function leave() {
  open = null;
}

function current() {
  return open;
}

module.exports = {
  addRow, agree, answer, begun, bring, current, earlier, file, fileFor, filing, leave, plan, removeRow, say, send, take,
  whom,
};
