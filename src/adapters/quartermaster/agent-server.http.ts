import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { z } from 'zod';
import {
  type AgentEndBody,
  type AgentHelloBody,
  AgentReportAnswer,
  type AgentReportBody,
  type AgentStaticPodsBody,
  AgentTaken,
  AgentTaskOffers,
  AgentWelcome,
} from '../../agents/agent-wire.schema.js';
import { AgentServer, AttemptLostError, ServerAwayError, ServerRefusedError } from '../../agent/agent-server.port.js';
import type { TaskKind } from '../../agents/core/task.js';

export interface AgentServerOptions {
  /** `https://...`, or `http://` to loopback. */
  readonly url: string;
  /** The authority of the server's certificate, as PEM, read anew for each connection; undefined: those that Node knows. */
  readonly ca: () => string | undefined;
  /** The token, read anew for each call: it rotates. */
  readonly token: () => string;
}

const TIMEOUT_MS = 30_000;
/** On top of what the server was asked to wait. */
const WAIT_GRACE_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

interface Call<Answer> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly schema?: z.ZodType<Answer>;
}

/** Quartermaster over HTTPS: the certificate is always verified, and plain HTTP is spoken to loopback alone. */
export class HttpAgentServer extends AgentServer {
  private readonly base: URL;
  private readonly connections: HttpAgent | HttpsAgent;

  /** @throws Error when the URL is plain HTTP to anything but loopback */
  constructor(private readonly options: AgentServerOptions) {
    super();
    this.base = new URL(options.url);
    const isPlain = this.base.protocol === 'http:';
    if (isPlain && !isLoopback(this.base.hostname))
      throw new Error(
        'An agent speaks plain HTTP to loopback alone: whoever could answer in the place of the server could have images removed',
      );
    this.connections = isPlain ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  }

  close(): void {
    this.connections.destroy();
  }

  override hello(body: AgentHelloBody): Promise<AgentWelcome> {
    return this.call({ method: 'POST', path: 'hello', body, schema: AgentWelcome });
  }

  override async tasks(
    kinds: readonly TaskKind[],
    waitMs: number,
    signal: AbortSignal,
  ): Promise<AgentTaskOffers['items']> {
    const path = `tasks?wait=${Math.floor(waitMs / 1000)}s&kinds=${kinds.join()}`;
    const timeoutMs = waitMs + WAIT_GRACE_MS;
    return (await this.call({ method: 'GET', path, timeoutMs, signal, schema: AgentTaskOffers })).items;
  }

  override take(task: string, instance: string): Promise<AgentTaken> {
    return this.call({ method: 'POST', path: taskPath(task, 'take'), body: { instance }, schema: AgentTaken });
  }

  override report(task: string, body: AgentReportBody): Promise<{ readonly cancelled: boolean }> {
    return this.call({ method: 'POST', path: taskPath(task, 'reports'), body, schema: AgentReportAnswer });
  }

  override async end(task: string, body: AgentEndBody): Promise<void> {
    await this.call({ method: 'POST', path: taskPath(task, 'end'), body });
  }

  override async tellStaticPods(body: AgentStaticPodsBody): Promise<void> {
    await this.call({ method: 'POST', path: 'static-pods', body });
  }

  private async call<Answer = undefined>(call: Call<Answer>): Promise<Answer> {
    const { status, text } = await this.exchange(call);
    if (status >= 200 && status < 300) return parsed(call, text);
    const why = `the server answered ${status} to ${call.method} ${call.path.split('?')[0]}: ${detailOf(text)}`;
    if (status === 404 || status === 409) throw new AttemptLostError(why);
    if (status === 400 || status === 413 || status === 415 || status === 422) throw new ServerRefusedError(why);
    throw new ServerAwayError(why); // 401 and 403 too: tokens rotate, and the server's word on them may change
  }

  private exchange({ method, path, body, timeoutMs = TIMEOUT_MS, signal }: Call<unknown>) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const limit = AbortSignal.timeout(timeoutMs);
    const url = new URL(`/agent/v1/${path}`, this.base);
    return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(
          signal?.aborted
            ? (signal.reason as Error)
            : new ServerAwayError(`the server cannot be reached: ${error.message}`),
        );
      try {
        const request = this.request(url, {
          method,
          agent: this.connections,
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
          headers: {
            authorization: `Bearer ${this.options.token()}`,
            accept: 'application/json',
            ...(text === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
        });
        request.on('error', fail);
        request.on('response', (response) => {
          readText(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), fail);
        });
        request.end(text);
      } catch (error) {
        fail(error as Error); // such as a token file that cannot be read
      }
    });
  }

  private request(url: URL, options: RequestOptions) {
    if (url.protocol === 'http:') return httpRequest(url, options);
    const ca = this.options.ca();
    return httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: true });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed<Answer>({ schema, path }: Call<Answer>, text: string): Answer {
  if (!schema) return undefined as Answer;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ServerRefusedError(`the answer to ${path.split('?')[0]} is not understood`, { cause });
  }
}

/** The sentence of a problem document; of anything else nothing, for it may be a proxy's page. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail.slice(0, 500) : 'no reason given';
  } catch {
    return 'no reason given';
  }
}

function taskPath(task: string, what: string): string {
  return `tasks/${encodeURIComponent(task)}/${what}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
