// Passes requests on to a server with a key added, for a suite that cannot send one:
//
//   node with_key.mjs URL KEY          prints its own address
//
// Everything else goes through as it is, Host and Origin too: the server is to judge them.
import http from "node:http";

const [target, key] = [new URL(process.argv[2]), process.argv[3]];
const proxy = http.createServer((incoming, outgoing) => {
  const headers = [...incoming.rawHeaders, "Authorization", `Bearer ${key}`];
  const onward = http.request({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers });
  onward.on("response", (answer) => {
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
});
proxy.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${proxy.address().port}${target.pathname}`));
