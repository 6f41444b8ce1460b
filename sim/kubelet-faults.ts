import type { ServerResponse } from 'node:http';

/** What can go wrong with one node. */
export const NODE_FAULTS = [
  /** Connections are refused. */
  'down',
  /** Accepts, never answers. */
  'hang',
  /** One byte a second. */
  'drip',
  /** 200 with something that is not JSON. */
  'garbage',
  /** The connection ends in the middle of the body. */
  'truncated',
  /** A JSON body of more than 32 MiB. */
  'huge',
  /** A certificate of another authority. */
  'wrong-certificate',
  /** Stamps ten minutes ahead. */
  'clock-skew',
  /** Stamps ten minutes behind. */
  'clock-behind',
  'http-500',
  /** The summary is 404, as of a virtual kubelet that has only resource metrics. */
  'no-summary',
  /** cAdvisor's metrics alone are 500. */
  'no-cadvisor',
  'unauthorized',
  /** The node reboots: all its counters begin again. An event: clearing it brings nothing back. */
  'counter-reset',
  /** The same stamps and numbers again and again. */
  'stale',
] as const;

export type NodeFault = (typeof NODE_FAULTS)[number];

export const SKEW_MS = 600_000;
const HUGE_BYTES = 40 * 1024 * 1024;
const DRIP_MS = 1000;

/** Answers that one endpoint is not there, if that is the fault; says whether it did. */
export function lacks(fault: NodeFault | undefined, path: string, response: ServerResponse): boolean {
  const isGone = fault === 'no-summary' && path === '/stats/summary';
  const isBroken = fault === 'no-cadvisor' && path === '/metrics/cadvisor';
  if (isGone || isBroken) response.writeHead(isGone ? 404 : 500, { 'content-type': 'text/plain' }).end();
  return isGone || isBroken;
}

/** Answers in a broken way, if the fault is one of the answer; says whether it did. `body` is what a sound kubelet would say. */
export function answerBroken(fault: NodeFault | undefined, response: ServerResponse, body: Buffer): boolean {
  switch (fault) {
    case 'hang':
      return true;
    case 'drip':
      drip(response, body);
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' }).end('<html>it works!</html>\0\u0001{"node":');
      return true;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.write(body.subarray(0, body.length >> 1), () => response.destroy());
      return true;
    case 'huge':
      sendHuge(response, body);
      return true;
    case 'http-500':
      response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Error: failed to list pod stats\n');
      return true;
    case 'unauthorized':
      response.writeHead(401, { 'content-type': 'text/plain' }).end('Unauthorized\n');
      return true;
    case 'down':
    case 'wrong-certificate':
    case 'clock-skew':
    case 'clock-behind':
    case 'counter-reset':
    case 'stale':
    case 'no-summary':
    case 'no-cadvisor':
    case undefined:
    default:
      return false;
  }
}

function drip(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.flushHeaders();
  const copy = Buffer.from(body.subarray(0, 4096));
  let next = 0;
  const timer = setInterval(() => {
    if (next < copy.length) response.write(copy.subarray(next, ++next));
  }, DRIP_MS);
  response.once('close', () => clearInterval(timer));
}

/** Valid JSON: the true answer after a great deal of white space. No length is told beforehand. */
function sendHuge(response: ServerResponse, body: Buffer): void {
  const padding = Buffer.alloc(64 * 1024, ' ');
  const copy = Buffer.from(body);
  let left = HUGE_BYTES;
  response.writeHead(200, { 'content-type': 'application/json' });
  const send = (): void => {
    while (left > 0) {
      left -= padding.length;
      if (!response.write(padding)) {
        response.once('drain', send);
        return;
      }
    }
    response.end(copy);
  };
  send();
}
