import { Agent, request, type IncomingMessage } from 'node:http';
import { RuntimeAnswerError, RuntimeAwayError } from '../../agent/runtime-errors.js';

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Calls at a time; more wait. */
const AT_ONCE = 8;

export interface DockerAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON, or text where it is none. */
  readonly body: unknown;
}

/** HTTP on the engine's socket. */
export class DockerHttp {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  constructor(readonly socketPath: string) {}

  /** @throws RuntimeAwayError; RuntimeAnswerError for an answer that is too long */
  async ask(method: string, path: string, deadlineMs: number): Promise<DockerAnswer> {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      const response = await this.send(method, path, this.agent, deadline);
      const text = await readBody(response);
      return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) };
    } catch (error) {
      if (error instanceof RuntimeAnswerError) throw error;
      const reason = deadline.aborted ? `no answer within ${deadlineMs} ms` : (error as Error).message;
      throw new RuntimeAwayError(`${method} ${path} on ${this.socketPath}: ${reason}`, { cause: error });
    }
  }

  /** Lines of an answer that goes on until `signal` is aborted. @throws RuntimeAwayError */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    try {
      const response = await this.send('GET', path, undefined, signal);
      let rest = '';
      for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > MAX_BODY_BYTES) throw new RuntimeAnswerError('a line of the answer is too long');
        yield* lines.filter((line) => line.trim() !== '');
      }
      throw new Error('the engine ended the stream');
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RuntimeAnswerError) throw error;
      throw new RuntimeAwayError(`GET ${path} on ${this.socketPath}: ${(error as Error).message}`, { cause: error });
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, agent: Agent | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { host: 'docker', accept: 'application/json' };
    request({ socketPath: this.socketPath, method, path, headers, signal, agent: agent ?? false }, resolve)
      .once('error', reject)
      .end();
    return promise;
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RuntimeAnswerError(`an answer is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
