import { Agent, request, type RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { KubeletSource, type NodeTarget, type ReadSummary } from '../../metrics/collect/kubelet.port.js';
import { NodeFailure } from '../../metrics/collect/node-failure.js';
import type { KubeletPaths } from './kubelet-paths.js';
import { BodyBuffers } from './body-buffers.js';
import { connectionFailure, statusFailure, timeoutFailure } from './kubelet-failure.js';
import { readBody } from './read-body.js';

/** Who we are for kubelets, and whom we trust. */
export interface KubeletCredentials {
  /** The whole header, such as `Bearer …`; absent when a client certificate says who we are. */
  readonly authorization?: string | undefined;
  /** PEM of the authority that signs the kubelets' certificates. */
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

export interface HttpKubeletOptions {
  /** Asked before each call, since tokens and authorities rotate; expected to answer from memory. */
  readonly credentials: () => Promise<KubeletCredentials>;
  /** Do not verify certificates. */
  readonly insecureTls: boolean;
  /** For one whole call, from connection to last byte. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** This process's clock; the system's unless given. */
  readonly now?: () => number;
}

/**
 * The groups of key exchange, the first of which a connection offers a share of. Node's default offers two, one of them with ML-KEM: over 1,000 new connections a cycle
 * that costs half a CPU second. What is protected is a short-lived token and figures; docs/decisions/kubelet-connections.md weighs it.
 */
const KEY_EXCHANGE = 'X25519:P-256:P-384';

interface Waiting {
  readonly read: (body: Buffer) => void;
  readonly reject: (failure: unknown) => void;
}

/** Sessions that may be resumed: one a node, about 2 kB each. */
const MAX_SESSIONS = 10_000;

/**
 * Kubelets at their own addresses, over HTTPS. Each call opens a connection, resumes the node's TLS session and closes the connection after the answer:
 * docs/decisions/kubelet-connections.md has the measurements.
 */
export class HttpKubeletSource extends KubeletSource implements KubeletPaths {
  private readonly buffers = new BodyBuffers();
  private agent: { readonly of: KubeletCredentials; readonly agent: Agent } | undefined;

  constructor(private readonly options: HttpKubeletOptions) {
    super();
  }

  override async fetchSummary<Result>(
    target: NodeTarget,
    read: ReadSummary<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.fetch(target, '/stats/summary', read, signal);
  }

  /** What `read` makes of the answer of any of the kubelet's paths. @throws as `fetchSummary` */
  async fetch<Result>(
    target: NodeTarget,
    path: string,
    read: ReadSummary<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (!target.address) throw new NodeFailure('no-address', 'The node has no address in its status.');
    const credentials = await this.options.credentials();
    signal?.throwIfAborted();
    const now = this.options.now ?? Date.now;
    const options = this.requestOptions(target.address, target.port, path, credentials);
    return this.get(options, (body) => read(body, now()), signal);
  }

  /** Ends the calls that run. */
  close(): void {
    this.agent?.agent.destroy();
  }

  private get<Result>(options: RequestOptions, read: (body: Buffer) => Result, signal?: AbortSignal): Promise<Result> {
    const { timeoutMs, maxBodyBytes } = this.options;
    return new Promise<Result>((resolve, reject) => {
      // Let go of once it is used. The connection's objects live on until it is closed, or until the whole heap is marked: what they can reach is kept with them.
      let waiting: Waiting | undefined = { read: (body) => resolve(read(body)), reject };
      const settle = (): Waiting | undefined => {
        const waited = waiting;
        waiting = undefined;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        return waited;
      };
      const call = request(options);
      const fail = (failure: unknown): void => {
        settle()?.reject(failure);
        call.destroy();
      };
      const done = (body: Buffer): void => {
        const waited = settle();
        try {
          waited?.read(body);
        } catch (error) {
          waited?.reject(error);
        }
      };
      const onAbort = (): void => fail(signal?.reason);
      const timer = setTimeout(() => fail(timeoutFailure(timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', onAbort);
      call.on('error', (error) => fail(connectionFailure(error)));
      call.on('response', (answer) => {
        if (answer.statusCode !== 200) return fail(statusFailure(answer.statusCode ?? 0));
        readBody(answer, maxBodyBytes, this.buffers, { done, fail });
      });
      call.end();
    });
  }

  private requestOptions(host: string, port: number, path: string, credentials: KubeletCredentials): RequestOptions {
    return {
      agent: this.agentFor(credentials),
      host,
      port,
      path,
      headers: {
        accept: 'application/json',
        'user-agent': 'quartermaster',
        ...(credentials.authorization ? { authorization: credentials.authorization } : {}),
      },
    };
  }

  /** One agent as long as the TLS material stays the same: it holds the parsed authority and the sessions. Calls that run keep the agent they began with. */
  private agentFor(credentials: KubeletCredentials): Agent {
    const known = this.agent;
    if (known && isSameTls(known.of, credentials)) return known.agent;
    const { ca, cert, key } = credentials;
    const agent = new Agent({
      keepAlive: false,
      maxCachedSessions: MAX_SESSIONS,
      rejectUnauthorized: !this.options.insecureTls,
      secureContext: createSecureContext({
        ecdhCurve: KEY_EXCHANGE,
        ...(ca ? { ca } : {}),
        ...(cert ? { cert } : {}),
        ...(key ? { key } : {}),
      }),
    });
    this.agent = { of: credentials, agent };
    return agent;
  }
}

function isSameTls(a: KubeletCredentials, b: KubeletCredentials): boolean {
  return isSamePem(a.ca, b.ca) && isSamePem(a.cert, b.cert) && isSamePem(a.key, b.key);
}

function isSamePem(a: string | Buffer | undefined, b: string | Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.toString() === b.toString());
}
