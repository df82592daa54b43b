// Signing in: in goes what the phone proves, out comes a token that the server takes.
const draft = require("./draft");
const { TOKEN, forget, keep, kept } = require("./kept");
const { SIGN_OUT, ask } = require("./server");

function signedIn() {
  return Boolean(kept(TOKEN));
}

function code() {
  return new Promise((resolve, reject) => {
    wx.login({ success: (result) => resolve(result.code), fail: reject });
  });
}

async function admit(path, proof) {
  const { token } = await ask("POST", path, proof);
  keep(TOKEN, token);
  return ask("GET", "/me");
}

async function signInByWechat() {
  return admit("/sign-in/wechat", { code: await code() });
}

function signInForDevelopment(name, number) {
  return admit("/sign-in/development", { name, id_number: number });
}

// The server is told if it can be reached; what lies on the phone goes in any case.
async function signOut() {
  try {
    await ask("POST", SIGN_OUT, {});
  } catch (trouble) {
    // Without a connection the session ends by itself half an hour later.
  }
  forget();
  draft.leave();
}

module.exports = { code, signInByWechat, signInForDevelopment, signOut, signedIn };
