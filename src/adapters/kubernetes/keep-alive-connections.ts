import { Agent, ProxyAgent, Socks5ProxyAgent, type Dispatcher } from 'undici';
import type { Credentials } from './cluster-credentials.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than the API server's own 90 seconds, so that it is rarely the one who closes. */
const KEEP_ALIVE_MS = 60_000;
/** Like client-go: shorter than the idle time of common load balancers. */
const TCP_KEEP_ALIVE_MS = 30_000;

export interface ConnectionOptions {
  /** HTTP/2 where the server offers it. */
  readonly allowH2: boolean;
  readonly maxConnections: number;
}

/** Connections to the API server, kept open between calls, and opened anew when the credentials ask for it. */
export class KeepAliveConnections {
  private inForce: { readonly key: string; readonly dispatcher: Dispatcher } | undefined;
  private readonly all = new Set<Dispatcher>();

  constructor(private readonly options: ConnectionOptions) {}

  /** The connections for these credentials. Those for earlier ones close as soon as nothing runs over them. */
  for(credentials: Credentials): Dispatcher {
    if (this.inForce?.key === credentials.connectionKey) return this.inForce.dispatcher;
    const old = this.inForce?.dispatcher;
    const dispatcher = open(credentials, this.options);
    this.inForce = { key: credentials.connectionKey, dispatcher };
    this.all.add(dispatcher);
    if (old) void this.retire(old);
    return dispatcher;
  }

  /** Ends every connection at once, with what runs over it. */
  async close(): Promise<void> {
    const open = [...this.all];
    this.all.clear();
    this.inForce = undefined;
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }

  private async retire(dispatcher: Dispatcher): Promise<void> {
    await dispatcher.close().catch(() => dispatcher.destroy());
    this.all.delete(dispatcher);
  }
}

function open({ tls, proxyUrl }: Credentials, { allowH2, maxConnections }: ConnectionOptions): Dispatcher {
  // With HTTP/2 undici takes `pipelining` for the streams of a connection; left out it is what each protocol allows.
  const sharing = allowH2 ? {} : { pipelining: 1 };
  const options = { allowH2, connections: maxConnections, ...sharing, keepAliveTimeout: KEEP_ALIVE_MS };
  if (proxyUrl?.startsWith('socks')) return new Socks5ProxyAgent(proxyUrl, { ...options, requestTls: tls });
  if (proxyUrl) return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: tls });
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS };
  return new Agent({ ...options, connect });
}
