import { RuntimeAnswerError, RuntimeInUseError } from '../../agent/runtime-errors.js';
import { chooseApiVersion } from './choose-api-version.js';
import { DockerHttp } from './docker-http.js';

const READ_MS = 60_000;

/** Calls of the Docker Engine API, in the version that both sides know. */
export class DockerClient {
  private readonly http: DockerHttp;
  private version: string | undefined;

  constructor(socketPath: string) {
    this.http = new DockerHttp(socketPath);
  }

  /** @returns undefined for 404. @throws RuntimeInUseError for 409, RuntimeAnswerError, RuntimeAwayError */
  async find(method: 'GET' | 'POST' | 'DELETE', path: string, deadlineMs = READ_MS): Promise<unknown> {
    const { status, body } = await this.http.ask(method, await this.versioned(path), deadlineMs);
    if (status >= 200 && status < 300) return body;
    if (status === 404) return undefined;
    const message = `${method} ${path}: ${messageIn(body) ?? `HTTP status ${status}`}`;
    if (status === 409) throw new RuntimeInUseError(message);
    throw new RuntimeAnswerError(message);
  }

  /** As `find`, where nothing can be missing. */
  async get(path: string): Promise<unknown> {
    const body = await this.find('GET', path);
    if (body === undefined) throw new RuntimeAnswerError(`GET ${path}: HTTP status 404`);
    return body;
  }

  /** Values of a stream of JSON. Ends when `signal` is aborted. */
  async *stream(path: string, signal: AbortSignal): AsyncGenerator {
    for await (const line of this.http.lines(await this.versioned(path), signal)) yield JSON.parse(line) as unknown;
  }

  close(): void {
    this.http.close();
  }

  /** Once: engines go on knowing older versions when they are upgraded. */
  private async versioned(path: string): Promise<string> {
    this.version ??= await this.negotiate();
    return `/v${this.version}${path}`;
  }

  private async negotiate(): Promise<string> {
    const { status, headers } = await this.http.ask('GET', '/_ping', READ_MS);
    const offered = String(headers['api-version'] ?? '');
    const version = status === 200 ? chooseApiVersion(offered) : undefined;
    if (version !== undefined) return version;
    throw new RuntimeAnswerError(
      status === 200
        ? `the engine speaks version ${offered || 'unknown'} of the API, and 1.40 or later is needed (Docker 19.03)`
        : `what answers on ${this.http.socketPath} is no Docker Engine: HTTP status ${status}`,
    );
  }
}

function messageIn(body: unknown): string | undefined {
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as { message?: unknown };
  return typeof message === 'string' ? message : undefined;
}
