// What an installation sets before it uploads this program: nothing else differs between places.
module.exports = {
  // The server's address, as listed among the program's request domains; empty on a developer's machine.
  server: "",
  // Six digits of GB/T 2260: where filings go.
  region: "360900",
  // Shows the development login, which only a server on this machine takes.
  development: false,
};
