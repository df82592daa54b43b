// What an installation sets before it uploads this program: nothing else differs between places.
module.exports = {
  // The server's address, as listed among the program's request domains; empty on a developer's machine.
  server: "",
  // Six digits of GB/T 2260: where filings go.
  region: "360900",
  // The province's identity program, which gives a ticket when one comes back; without an appId none is offered.
  province: { appId: "", path: "" },
  // WeChat's own id of each subscription message, by the name in the server's catalog/notices.yaml.
  templates: {},
  // Shows the development login, which only a server on this machine takes.
  development: false,
};
