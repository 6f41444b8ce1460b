import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Agent, request, type RequestOptions } from 'node:https';
import {
  KubeletSource,
  type NodeTarget,
  type ReadSummary,
  type TextEndpoint,
} from '../../metrics/collect/kubelet.port.js';
import { NodeFailure } from '../../metrics/collect/node-failure.js';
import { OneATurn } from '../../platform/one-a-turn.js';
import type { KubeletPaths } from './kubelet-paths.js';
import { BodyBuffers } from './body-buffers.js';
import { KubeletConnections, type KubeletConnectionOptions, type KubeletCredentials } from './kubelet-connections.js';
import { connectionFailure, statusFailure, timeoutFailure } from './kubelet-failure.js';
import { type BodyReader, readBody } from './read-body.js';
import { streamBody } from './stream-body.js';

export interface HttpKubeletOptions extends KubeletConnectionOptions {
  /** Asked before each call, since tokens and authorities rotate; expected to answer from memory. */
  readonly credentials: () => Promise<KubeletCredentials>;
  /** For one whole call, from connection to last byte. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** This process's clock; the system's unless given. */
  readonly now?: () => number;
}

/** What is asked of whom. */
interface Asked {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly credentials: KubeletCredentials;
}

interface Waiting {
  readonly read: (body: Buffer) => void;
  readonly reject: (failure: unknown) => void;
}

/** Kubelets at their own addresses, over HTTPS. docs/decisions/kubelet-connections.md says which connections are kept. */
export class HttpKubeletSource extends KubeletSource implements KubeletPaths {
  private readonly buffers = new BodyBuffers();
  private readonly turns = new OneATurn();
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
    return this.fetch(target, '/stats/summary', read, signal);
  }

  /** What `read` makes of the answer of any of the kubelet's paths. @throws as `fetchSummary` */
  async fetch<Result>(
    target: NodeTarget,
    path: string,
    read: ReadSummary<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const now = this.options.now ?? Date.now;
    const { maxBodyBytes } = this.options;
    return this.get(
      await this.callTo(target, path, signal),
      (answer, reader) => readBody(answer, maxBodyBytes, this.buffers, this.turns, reader),
      (body) => read(body, now()),
      signal,
    );
  }

  override async stream(
    target: NodeTarget,
    endpoint: TextEndpoint,
    take: (chunk: Buffer) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { maxBodyBytes } = this.options;
    return this.get(
      await this.callTo(target, endpoint, signal),
      (answer, reader) => streamBody(answer, maxBodyBytes, take, reader),
      () => undefined,
      signal,
    );
  }

  /** Ends the calls that run. */
  close(): void {
    this.connections.close();
  }

  /** @param receive reads the answer's body and says when it is there */
  private get<Result>(
    asked: Asked,
    receive: (answer: IncomingMessage, reader: BodyReader) => void,
    read: (body: Buffer) => Result,
    signal?: AbortSignal,
  ): Promise<Result> {
    const { timeoutMs } = this.options;
    const { host, port, credentials } = asked;
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
        const sent = request({ ...requestOptions(asked), agent });
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
          if (answer.statusCode !== 200) return fail(statusFailure(answer.statusCode ?? 0, asked.path));
          receive(answer, { done, fail });
        });
        sent.end();
      };
      send(this.connections.agentFor(host, port, credentials));
    });
  }

  private async callTo({ address, port }: NodeTarget, path: string, signal?: AbortSignal): Promise<Asked> {
    if (!address) throw new NodeFailure('no-address', 'The node has no address in its status.');
    const credentials = await this.options.credentials();
    signal?.throwIfAborted();
    return { host: address, port, path, credentials };
  }
}

function requestOptions({ host, port, path, credentials: { authorization } }: Asked): RequestOptions {
  return {
    host,
    port,
    path,
    headers: {
      accept: path === '/stats/summary' ? 'application/json' : 'text/plain',
      'user-agent': 'quartermaster',
      ...(authorization ? { authorization } : {}),
    },
  };
}
