// An instant as people read it: in goes ISO 8601, out comes day and minute in Beijing.
const BEIJING = 8 * 3600 * 1000;

function moment(iso) {
  if (!iso) return "";
  return new Date(new Date(iso).getTime() + BEIJING).toISOString().slice(0, 16).replace("T", " ");
}

module.exports = { moment };
