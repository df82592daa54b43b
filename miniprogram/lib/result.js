// An agency's file on the phone: in goes what the server lists, out it comes in the phone's own reader.
const { download } = require("./server");
const { text } = require("./words");

const PICTURES = ["PNG", "JPG"];
// Of the kinds that agencies give out WeChat shows all but OFD.
const SHOWN = PICTURES.concat(["PDF"]);

function unopened() {
  return { code: "unopened", title: text("result_unopened"), problems: [] };
}

async function openResult(number, { result, kind }) {
  const filePath = await download("/own/cases/" + number + "/results/" + result);
  await new Promise((resolve, reject) => {
    const fail = () => reject(unopened());
    if (PICTURES.indexOf(kind) >= 0) wx.previewImage({ urls: [filePath], showmenu: true, success: resolve, fail });
    else wx.openDocument({ filePath, fileType: "pdf", showMenu: true, success: resolve, fail });
  });
}

module.exports = { SHOWN, openResult };
