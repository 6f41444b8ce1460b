import { lookup, type LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { StackSourceError } from '../../stacks/fetched/stack-archives.port.js';
import type { SourceHosts } from './source-hosts.js';

/** All addresses of a host name. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface GuardedRequest {
  readonly accept?: string;
  /** Never goes to another origin. */
  readonly authorization?: string | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty unless the status is 200. */
  readonly body: Buffer;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

const resolveBySystem: Resolve = (hostname, done) => lookup(hostname, { all: true }, done);

/**
 * GETs over HTTPS from allowed hosts alone. A host name is resolved once for each connection, all of its addresses are checked, and one of these is connected to: no second answer of a name server
 * can lead elsewhere. Redirects are followed at most five times, each checked like the first address. Proxies of the environment are not used: they would resolve for themselves.
 */
export class GuardedGet {
  /** @param ca certificates of authorities, instead of those that Node trusts */
  constructor(
    private readonly hosts: SourceHosts,
    private readonly ca: () => readonly string[] | undefined,
    private readonly resolve: Resolve = resolveBySystem,
  ) {}

  /** @throws StackSourceError; no message holds anything of a body */
  async get(address: URL, { authorization, ...wanted }: GuardedRequest): Promise<GuardedAnswer> {
    let url = address;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      this.#check(url);
      const answer = await this.#once(url, {
        ...wanted,
        authorization: url.origin === address.origin ? authorization : undefined,
      });
      if (!REDIRECTS.has(answer.status)) return answer;
      url = redirected(url, answer.headers.location);
    }
    throw new StackSourceError(`${address.host} redirects more than ${MAX_REDIRECTS} times`);
  }

  #check(url: URL): void {
    this.hosts.check(url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) this.hosts.checkAddresses(url, [host]); // an address is not looked up
  }

  async #once(url: URL, wanted: GuardedRequest): Promise<GuardedAnswer> {
    try {
      const answer = await this.#send(url, wanted);
      const { statusCode: status = 0, headers } = answer;
      if (status === 200) return { status, headers, body: await readBody(answer, url, wanted.maxBytes) };
      answer.destroy();
      return { status, headers, body: Buffer.alloc(0) };
    } catch (error) {
      if (error instanceof StackSourceError) throw error;
      wanted.signal.throwIfAborted();
      throw new StackSourceError(`${url.host} cannot be asked (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    }
  }

  #send(url: URL, { accept = '*/*', authorization, signal }: GuardedRequest): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const ca = this.ca();
    request(url, {
      agent: false, // of its own: no connection of others, and no proxy
      lookup: this.#lookup(url),
      signal,
      headers: {
        accept,
        'accept-encoding': 'identity',
        'user-agent': 'quartermaster',
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(ca ? { ca: [...ca] } : {}),
    })
      .once('response', resolve)
      .on('error', reject)
      .end();
    return promise;
  }

  #lookup(url: URL): LookupFunction {
    return (hostname, options, callback) =>
      this.resolve(hostname, (error, addresses) => {
        try {
          if (error) throw error;
          this.hosts.checkAddresses(
            url,
            addresses.map(({ address }) => address),
          );
          const [first] = addresses;
          if (options.all) callback(null, [...addresses]);
          else callback(null, first?.address ?? '', first?.family);
        } catch (refusal) {
          callback(refusal as Error, '');
        }
      });
  }
}

async function readBody(answer: IncomingMessage, { host }: URL, maxBytes: number): Promise<Buffer> {
  const { 'content-encoding': encoding = 'identity' } = answer.headers;
  if (encoding !== 'identity') throw new StackSourceError(`${host} answers compressed, although it was not asked to`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new StackSourceError(`what ${host} answers has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function redirected(from: URL, location: string | undefined): URL {
  const url = URL.parse(location ?? '', from.href);
  if (location === undefined || !url) throw new StackSourceError(`${from.host} redirects to no address`);
  return url;
}
