import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

/** Answers every request with 200 over HTTPS: in the place of HAProxy on a node. Arguments: certificate, key, port. */
const [cert = '', key = '', port = ''] = process.argv.slice(2);
createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (_, response) => void response.end('ok')).listen(
  Number(port),
);
