// Node's `ws`, told where it is: node ws.mjs PORT FOLDER-OF-NODE_MODULES
import { createRequire } from 'node:module';

const [port, folder] = process.argv.slice(2);
const { WebSocketServer } = createRequire(`${folder}/`)('ws');
const server = new WebSocketServer({
  host: '127.0.0.1', port: Number(port), backlog: 4096, perMessageDeflate: false,
});
let wanted = 0;
let number = 0;
let running = false;

function round() {
  number += 1;
  const head = `{"id":"e1:${1000000 + number}","at":"${new Date().toISOString()}","content":"`;
  const frame = Buffer.from(head.padEnd(298, 'x') + '"}');
  for (const client of server.clients) client.send(frame, { binary: false });
  wanted -= 1;
  running = wanted > 0;
  if (running) setImmediate(round);
}

process.stdin.on('data', (bytes) => {
  wanted += bytes.length;
  if (!running) {
    running = true;
    setImmediate(round);
  }
});
process.stdin.on('end', () => process.exit(0));
