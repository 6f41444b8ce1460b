import type { ClientRequest } from 'node:http';
import { type Agent, request, type RequestOptions } from 'node:https';
import { KubeletSource, type NodeTarget, type ReadSummary } from '../../metrics/collect/kubelet.port.js';
import { NodeFailure } from '../../metrics/collect/node-failure.js';
import { BodyBuffers } from './body-buffers.js';
import { KubeletConnections, type KubeletConnectionOptions, type KubeletCredentials } from './kubelet-connections.js';
import { connectionFailure, statusFailure, timeoutFailure } from './kubelet-failure.js';
import { readBody } from './read-body.js';

export interface HttpKubeletOptions extends KubeletConnectionOptions {
  /** Asked before each call, since tokens and authorities rotate; expected to answer from memory. */
  readonly credentials: () => Promise<KubeletCredentials>;
  /** For one whole call, from connection to last byte. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** This process's clock; the system's unless given. */
  readonly now?: () => number;
}

interface Waiting {
  readonly read: (body: Buffer) => void;
  readonly reject: (failure: unknown) => void;
}

/** Kubelets at their own addresses, over HTTPS. docs/decisions/kubelet-connections.md says which connections are kept. */
export class HttpKubeletSource extends KubeletSource {
  private readonly buffers = new BodyBuffers();
  private readonly connections: KubeletConnections;

  constructor(private readonly options: HttpKubeletOptions) {
    super();
    this.connections = new KubeletConnections(options);
  }

  override async fetchSummary<Result>(
    target: NodeTarget,
    read: ReadSummary<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    if (!target.address) throw new NodeFailure('no-address', 'The node has no address in its status.');
    const credentials = await this.options.credentials();
    signal?.throwIfAborted();
    const now = this.options.now ?? Date.now;
    return this.get(target.address, target.port, credentials, (body) => read(body, now()), signal);
  }

  /** Ends the calls that run. */
  close(): void {
    this.connections.close();
  }

  private get<Result>(
    host: string,
    port: number,
    credentials: KubeletCredentials,
    read: (body: Buffer) => Result,
    signal?: AbortSignal,
  ): Promise<Result> {
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
      let call: ClientRequest | undefined;
      const fail = (failure: unknown): void => {
        settle()?.reject(failure);
        call?.destroy();
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
      const send = (agent: Agent): void => {
        const sent = request({ ...this.requestOptions(host, port, credentials), agent });
        call = sent;
        let isAnswered = false;
        this.connections.watch(sent, host, port);
        sent.on('error', (error) => {
          // An idle connection may be closed by the kubelet in the moment in which it is used: nothing was answered, so it is asked again.
          if (waiting && sent.reusedSocket && !isAnswered) send(this.connections.closingAgent(credentials));
          else fail(connectionFailure(error));
        });
        sent.on('response', (answer) => {
          isAnswered = true;
          if (answer.statusCode !== 200) return fail(statusFailure(answer.statusCode ?? 0));
          readBody(answer, maxBodyBytes, this.buffers, { done, fail });
        });
        sent.end();
      };
      send(this.connections.agentFor(host, port, credentials));
    });
  }

  private requestOptions(host: string, port: number, credentials: KubeletCredentials): RequestOptions {
    return {
      host,
      port,
      path: '/stats/summary',
      headers: {
        accept: 'application/json',
        'user-agent': 'quartermaster',
        ...(credentials.authorization ? { authorization: credentials.authorization } : {}),
      },
    };
  }
}
