// A paper from this phone: nothing in, out comes where the phone keeps it; null if nothing was taken.
const KINDS = ["pdf", "ofd", "jpg", "jpeg", "png"];

// A picture from camera or album.
function photograph() {
  return new Promise((resolve) => {
    wx.chooseMedia({
      count: 1,
      mediaType: ["image"],
      sourceType: ["camera", "album"],
      success: ({ tempFiles }) => resolve(tempFiles[0].tempFilePath),
      fail: () => resolve(null),
    });
  });
}

// A file that somebody sent in a chat: WeChat gives a program no other files of the phone.
function chatFile() {
  return new Promise((resolve) => {
    wx.chooseMessageFile({
      count: 1,
      type: "file",
      extension: KINDS,
      success: ({ tempFiles }) => resolve(tempFiles[0].path),
      fail: () => resolve(null),
    });
  });
}

module.exports = { chatFile, photograph };
