// A picture from camera or album: nothing in, out comes where the phone keeps it; null if nothing was taken.
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

module.exports = { photograph };
