import type { IncomingMessage, ServerResponse } from 'node:http';
import { cadvisorMetrics } from './cadvisor-metrics.js';
import { Authority, type ServingCertificate } from './certificates.js';
import { kubeletConfiguration } from './kubelet-configuration.js';
import { answerBroken, lacks, type NodeFault, SKEW_MS } from './kubelet-faults.js';
import { Listener } from './listener.js';
import { resourceMetrics } from './resource-metrics.js';
import type { SimNode } from './model.js';
import { failure, sendJson } from './status.js';
import { Summary } from './summary.js';
import { mayDo, type Users } from './users.js';

export interface KubeletParts {
  readonly seed: number;
  readonly authority: Authority;
  readonly users: Users;
  readonly now: () => number;
  /** The pods of a node as a PodList. */
  readonly podList: (node: string) => string;
}

/** What a node's kubelet answers; without rights to it 403. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  '/stats/summary': ['nodes/stats', 'nodes/metrics', 'nodes/proxy'],
  '/metrics/resource': ['nodes/metrics', 'nodes/proxy'],
  '/metrics/cadvisor': ['nodes/metrics', 'nodes/proxy'],
  '/pods': ['nodes/pods', 'nodes/proxy'],
  '/configz': ['nodes/configz', 'nodes/proxy'],
};

/** One node's kubelet: HTTPS on a port of its own. */
export class Kubelet {
  private readonly summary: Summary;
  private readonly listener: Listener;
  private fault: NodeFault | undefined;
  private frozenMs: number | undefined;
  /** How often its summary was asked for since it was made, through whichever door. */
  summariesAsked = 0;

  constructor(
    readonly node: SimNode,
    private readonly certificate: ServingCertificate,
    private readonly parts: KubeletParts,
  ) {
    this.summary = new Summary(parts.seed, node);
    this.listener = new Listener(certificate, (request, response) => this.handle(request, response));
  }

  async open(): Promise<void> {
    this.node.port = await this.listener.open(0);
  }

  async close(): Promise<void> {
    await this.listener.goDown();
  }

  /** Breaks it in another way, or (`undefined`) heals it. */
  async setFault(fault: NodeFault | undefined): Promise<void> {
    const previous = this.fault;
    this.fault = fault;
    this.frozenMs = fault === 'stale' ? (this.frozenMs ?? this.parts.now()) : undefined;
    if (previous === 'wrong-certificate' && fault !== previous) await this.listener.changeCertificate(this.certificate);
    // What hangs or drips must not hang on after it is healed.
    if (previous === 'hang' || previous === 'drip') this.listener.cutConnections();
    if (fault === 'down') await this.listener.goDown();
    else await this.listener.comeBack();
    if (fault === 'wrong-certificate') {
      const other = await strangers();
      await this.listener.changeCertificate(await other.issue(this.node.name));
    }
  }

  /** Answers a request whose sender is allowed to read, through whichever door it came. */
  answer(path: string, response: ServerResponse): void {
    if (path === '/stats/summary') this.summariesAsked++;
    const nowMs = this.frozenMs ?? this.parts.now();
    const skewMs = this.fault === 'clock-skew' ? SKEW_MS : this.fault === 'clock-behind' ? -SKEW_MS : 0;
    const lease = this.summary.at(nowMs, skewMs);
    const { body } = lease;
    if (lacks(this.fault, path, response) || answerBroken(this.fault, response, body)) {
      lease.release();
      return;
    }
    if (path === '/stats/summary') {
      response.once('close', () => lease.release());
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      return;
    }
    lease.release();
    if (path === '/metrics/resource') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(resourceMetrics(body));
    } else if (path === '/metrics/cadvisor') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(cadvisorMetrics(body));
    } else if (path === '/pods') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(this.parts.podList(this.node.name));
    } else if (path === '/configz') {
      sendJson(response, 200, { kubeletconfig: kubeletConfiguration(this.node) });
    } else response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
  }

  /** Answers what the API server's node proxy passes on, which cannot reach a kubelet that is down or has a wrong certificate. */
  answerProxied(path: string, response: ServerResponse): void {
    const problem =
      this.fault === 'down'
        ? `dial tcp 127.0.0.1:${this.node.port}: connect: connection refused`
        : this.fault === 'wrong-certificate'
          ? 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
          : undefined;
    if (problem === undefined) this.answer(path, response);
    else sendJson(response, 503, failure(503, `error trying to reach service: ${problem}`));
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const user = this.parts.users.findByHeader(request.headers.authorization);
    if (!user) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('Unauthorized');
      return;
    }
    if (path === '/healthz') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      return;
    }
    const rights = RIGHTS[path] ?? ['nodes/proxy'];
    const isAllowed = rights.some((resource) => mayDo(user, { group: '', resource, verb: 'get', namespace: '' }));
    if (isAllowed) return this.answer(path, response);
    const message = `Forbidden (user=${user.username}, verb=get, resource=nodes, subresource=${rights[0]?.slice(6)})\n`;
    response.writeHead(403, { 'content-type': 'text/plain' }).end(message);
  }
}

let stranger: Promise<Authority> | undefined;

/** An authority that nobody trusts; one is enough for all. */
async function strangers(): Promise<Authority> {
  stranger ??= Authority.stranger();
  return stranger;
}
