import { isIPv4 } from 'node:net';

/** What decides between HTTP and HTTPS. */
export interface TransportSettings {
  /** The address to listen on. */
  readonly host: string;
  readonly hasCertificate: boolean;
  readonly insecureHttp: boolean;
}

/** How the API is served, and why. */
export interface Transport {
  readonly scheme: 'http' | 'https';
  /** Of HTTPS: the given certificate, or one of our own authority. */
  readonly certificate?: 'given' | 'own';
  readonly because: string;
}

/**
 * HTTP or HTTPS: plain HTTP goes out on loopback alone, unless `INSECURE_HTTP` says that something in front does TLS.
 * A name other than `localhost` counts as not loopback, whatever it resolves to.
 */
export function decideTransport({ host, hasCertificate, insecureHttp }: TransportSettings): Transport {
  if (hasCertificate) return { scheme: 'https', certificate: 'given', because: 'a certificate is given' };
  if (isLoopback(host)) return { scheme: 'http', because: `${host} is reached from this machine alone` };
  if (insecureHttp) return { scheme: 'http', because: 'INSECURE_HTTP=true' };
  return { scheme: 'https', certificate: 'own', because: `${host} can be reached from other machines` };
}

/** Whether an address is this machine's own: `127.0.0.0/8`, `::1`, `localhost`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
