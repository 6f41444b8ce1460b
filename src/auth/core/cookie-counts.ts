import { allow, refuse, type Decision } from './decision.js';

/** What a request says about where it comes from. */
export interface RequestOrigin {
  readonly method: string;
  /** Whether the path is one of the pages that browsers open (`/docs`, `/queues`, `/openapi.json`, `/console`). */
  readonly isPage: boolean;
  /** `Sec-Fetch-Site`, which browsers send on HTTPS and on loopback. */
  readonly fetchSite: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

const SAFE = new Set(['GET', 'HEAD']);

/**
 * Whether a session cookie counts as a log-in for this request, or whether another site could have made the browser send it.
 *
 * A page may be opened by hand or from the same origin. An API call and everything that changes something must prove that it comes from the
 * same origin: by `Sec-Fetch-Site`, which a page cannot forge, or where the browser does not send that, by an `Origin` of our host. A sibling
 * subdomain (`same-site`) is another origin.
 * Source: W3C Fetch Metadata Request Headers; OWASP Cross-Site Request Forgery Prevention, "Fetch Metadata" and "Verifying Origin".
 */
export function cookieCounts(request: RequestOrigin): Decision {
  const isSafe = SAFE.has(request.method);
  const { fetchSite } = request;
  if (fetchSite === 'same-origin') return allow('the request comes from the same origin');
  if (fetchSite === 'none') {
    return isSafe
      ? allow('the user opened the address by hand')
      : refuse('an unsafe method without a page of ours behind it');
  }
  if (fetchSite !== undefined) return refuse(`Sec-Fetch-Site is ${fetchSite}`);
  if (request.origin !== undefined) {
    return isOwnOrigin(request.origin, request.host) ? allow('Origin is this host') : refuse('Origin is another host');
  }
  if (isSafe && request.isPage) return allow('a page, opened by a browser that tells no origin');
  return refuse('neither Sec-Fetch-Site nor Origin tells where the request comes from');
}

/**
 * Whether a log-in or log-out, which needs no cookie, may go on: refused when a browser says that another site sent it. A request without
 * either header is no browser's form.
 */
export function mayLogIn(request: RequestOrigin): Decision {
  if (request.fetchSite === undefined && request.origin === undefined) return allow('not sent by a browser');
  return cookieCounts(request);
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  return host !== undefined && new URL(origin).host === host.toLowerCase();
}
