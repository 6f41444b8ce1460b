import type { ClientRequest } from 'node:http';
import { Agent } from 'node:https';
import { createSecureContext } from 'node:tls';

/**
 * The groups of key exchange, the first of which a connection offers a share of. Node's default offers two, one of them with ML-KEM: over 1,000 new connections a cycle
 * that costs half a CPU second. What is protected is a short-lived token and figures; docs/decisions/kubelet-connections.md weighs it.
 */
const KEY_EXCHANGE = 'X25519:P-256:P-384';
/** Sessions that may be resumed: one a node, about 2 kB each. */
const MAX_SESSIONS = 10_000;

/** Who we are for kubelets, and whom we trust. */
export interface KubeletCredentials {
  /** The whole header, such as `Bearer …`; absent when a client certificate says who we are. */
  readonly authorization?: string | undefined;
  /** PEM of the authority that signs the kubelets' certificates. */
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

export interface KubeletConnectionOptions {
  readonly insecureTls: boolean;
  /** Kubelets to which a connection is kept open between two calls; the others' are closed after each answer, and resume their TLS session. */
  readonly keptConnections: number;
}

/** Both share the parsed authority; each remembers the TLS sessions of its own. */
interface Pool {
  readonly of: KubeletCredentials;
  readonly keeping: Agent;
  readonly closing: Agent;
}

/** The connections to kubelets: some are kept, since opening one costs a millisecond of CPU, but not more than the memory is worth that an idle one takes. */
export class KubeletConnections {
  private pool: Pool | undefined;
  /** `host:port` of those whose connection is kept. */
  private readonly kept = new Set<string>();

  constructor(private readonly options: KubeletConnectionOptions) {}

  /** The agent for a call to this kubelet. */
  agentFor(host: string, port: number, credentials: KubeletCredentials): Agent {
    const { keeping, closing } = this.poolFor(credentials);
    const kubelet = `${host}:${port}`;
    if (!this.kept.has(kubelet) && this.kept.size >= this.options.keptConnections) return closing;
    this.kept.add(kubelet);
    return keeping;
  }

  /** For a call that met a connection which its kubelet had just closed. */
  closingAgent(credentials: KubeletCredentials): Agent {
    return this.poolFor(credentials).closing;
  }

  /** Makes room for another kubelet when the call's connection ends. */
  watch(call: ClientRequest, host: string, port: number): void {
    call.on('socket', (socket) => {
      if (!call.reusedSocket) socket.once('close', () => this.kept.delete(`${host}:${port}`));
    });
  }

  /** Ends all connections, and the calls on them. */
  close(): void {
    this.pool?.keeping.destroy();
    this.pool?.closing.destroy();
  }

  /** The same as long as the TLS material is. Calls that run keep the agent they began with. */
  private poolFor(credentials: KubeletCredentials): Pool {
    if (this.pool && isSameTls(this.pool.of, credentials)) return this.pool;
    if (this.pool) endIdle(this.pool.keeping);
    const { ca, cert, key } = credentials;
    const tls = {
      maxCachedSessions: MAX_SESSIONS,
      rejectUnauthorized: !this.options.insecureTls,
      secureContext: createSecureContext({
        ecdhCurve: KEY_EXCHANGE,
        ...(ca ? { ca } : {}),
        ...(cert ? { cert } : {}),
        ...(key ? { key } : {}),
      }),
    };
    const keeping = new Agent({ ...tls, keepAlive: true, maxFreeSockets: 1 });
    this.pool = { of: credentials, keeping, closing: new Agent({ ...tls, keepAlive: false }) };
    return this.pool;
  }
}

/** Closes what is idle, and what will be. */
function endIdle(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function isSameTls(a: KubeletCredentials, b: KubeletCredentials): boolean {
  return isSamePem(a.ca, b.ca) && isSamePem(a.cert, b.cert) && isSamePem(a.key, b.key);
}

function isSamePem(a: string | Buffer | undefined, b: string | Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.toString() === b.toString());
}
