// The receipt on the phone: in goes a case's number, out it comes in the phone's own reader.
const { download } = require("./server");
const { text } = require("./words");

// Where the installation made no PDF, or the phone has no reader, it is told.
async function openReceipt(number) {
  const filePath = await download("/cases/" + number + "/receipt.pdf");
  await new Promise((resolve, reject) => {
    wx.openDocument({
      filePath,
      fileType: "pdf",
      showMenu: true,
      success: resolve,
      fail: () => reject({ code: "unopened", title: text("receipt_unopened"), problems: [] }),
    });
  });
}

module.exports = { openReceipt };
