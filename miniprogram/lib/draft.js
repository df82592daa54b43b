// A form that is being filled: in go answers by pointer, out come plans; kept here until the server has it.
const config = require("../config");
const { DRAFTS, keep, kept } = require("./kept");
const { put, withRow, withoutRow } = require("./pointer");
const { ask, upload } = require("./server");

let open = null;

function all() {
  return kept(DRAFTS) || {};
}

// What lies on the phone: the draft's id and key, and answers only while the server does not have them.
function note() {
  const { bundle, id, key, agreed, unsent } = open;
  const lines = Object.assign({}, all(), { [bundle]: { id, key, agreed, unsent: unsent ? said() : null } });
  keep(DRAFTS, lines);
}

// Everything that the family has said: answers, and of papers that may follow whether they come or there are none.
function said() {
  const { situations, answers, owed, without } = open;
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
  const blank = { bundle, id: null, key: fresh(), agreed: false, owed: [], without: [], situations: {}, answers: {} };
  open = Object.assign(blank, before, { unsent: false, version: 0 });
  if (before && before.unsent) Object.assign(open, before.unsent, { unsent: true });
  try {
    if (!open.id) open.id = (await ask("POST", "/drafts", { bundle })).id;
    else if (!open.unsent) await read();
  } catch (trouble) {
    if (trouble.status !== 404) throw trouble;
    Object.assign(open, blank, { id: (await ask("POST", "/drafts", { bundle })).id });
  }
  note();
  return open;
}

async function read() {
  const { situations, answers, owed, without } = await ask("GET", "/drafts/" + open.id);
  Object.assign(open, { situations, answers, owed, without });
}

// Keep one answer: on the phone at once, so that nothing typed is lost, whatever becomes of the connection.
function answer(pointer, value) {
  const [, first, key] = pointer.split("/");
  if (first === "situations") {
    open.situations = put({ situations: open.situations }, "/situations/" + key, value).situations || {};
  } else {
    open.answers = put(open.answers, pointer, value);
  }
  changed();
}

function addRow(role) {
  open.answers = withRow(open.answers, role);
  changed();
}

function removeRow(role, index) {
  open.answers = withoutRow(open.answers, role, index);
  changed();
}

function changed() {
  open.unsent = true;
  open.version += 1;
  note();
}

// Give the server what it does not have yet.
async function send() {
  if (!open.unsent) return;
  const { id, version } = open;
  await ask("PUT", "/drafts/" + id, said());
  if (open && open.id === id && open.version === version) {
    open.unsent = false;
    note();
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
  await read();
  return found;
}

function chosen(found) {
  open.mandated = Boolean(found.mandate);
  return found;
}

function agree(agreed) {
  open.agreed = agreed;
  note();
}

// Of a paper that may follow: it comes "later", there is "none", or nothing is said of it.
function say(material, word) {
  const besides = (list, chosen) => list.filter((one) => one !== material).concat(chosen ? [material] : []);
  open.owed = besides(open.owed, word === "later");
  open.without = besides(open.without, word === "none");
  changed();
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
function file(pledge) {
  if (!filed) {
    filed = send()
      .then(() => ask("POST", "/cases", filing(pledge), { "Idempotency-Key": open.key }))
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
  addRow, agree, answer, begun, bring, current, file, fileFor, filing, leave, plan, removeRow, say, send, take, whom,
};
