import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../support/stack-archive.js';
import { TestAuthority } from '../support/test-authority.js';
import { parseStackSource } from '../../src/stacks/fetched/core/parse-stack-source.js';
import {
  HttpsStackArchives,
  type StackArchiveOptions,
} from '../../src/adapters/stack-archives/stack-archives.https.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
interface Site {
  readonly server: Server;
  readonly host: string;
}

const ARCHIVE = Buffer.from('the bytes of an archive');
const LAYER = digestOf(ARCHIVE);
const manifest = (more: object = {}, layer: object = {}): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    layers: [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: LAYER, size: ARCHIVE.length, ...layer },
    ],
    ...more,
  });

let ca: string;
/** What is asked, and another host that redirects and token servers lead to. */
let site: Site;
let other: Site;
const paths = new Map<string, Answer>();
/** `host path authorization` of each request. */
const asked: string[] = [];

async function open(authority: TestAuthority): Promise<Site> {
  const server = createServer(await authority.server(), (request, response) => {
    asked.push(`${request.headers.host} ${request.url} ${request.headers.authorization ?? '-'}`);
    const answer = paths.get(request.url ?? '');
    if (answer) answer(request, response);
    else response.writeHead(404).end('what only insiders may read');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

beforeAll(async () => {
  const authority = await TestAuthority.create('stacks');
  ({ ca } = authority);
  [site, other] = [await open(authority), await open(authority)];
});
beforeEach(() => {
  paths.clear();
  asked.length = 0;
});
afterAll(() => {
  for (const { server } of [site, other]) {
    server.close();
    server.closeAllConnections();
  }
});

const archives = (more: Partial<StackArchiveOptions> = {}) =>
  new HttpsStackArchives({
    sources: ['127.0.0.1'],
    users: new Map(),
    ca: () => [ca],
    timeoutMs: 60_000,
    maxBytes: USUAL_LIMITS.stackMaxBytes,
    ...more,
  });
function fetched(source: string, digest: string, more: Partial<StackArchiveOptions> = {}): Promise<Buffer> {
  const parsed = parseStackSource(source, digest);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return archives(more).fetch(parsed);
}
const body =
  (content: string | Buffer, headers = {}): Answer =>
  (_, response) =>
    void response.writeHead(200, headers).end(content);
const redirect =
  (location: string): Answer =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

describe('an archive by URL', () => {
  const get = (more: Partial<StackArchiveOptions> = {}, digest = LAYER) =>
    fetched(`https://${site.host}/a.tgz`, digest, more);

  it('is fetched over TLS, and is what its digest says', async () => {
    paths.set('/a.tgz', body(ARCHIVE));
    expect(await get()).toEqual(ARCHIVE);
  });

  it('is fetched through redirects, also to another host that is allowed', async () => {
    paths.set('/a.tgz', redirect(`https://${other.host}/b.tgz`));
    paths.set('/b.tgz', redirect('c.tgz'));
    paths.set('/c.tgz', body(ARCHIVE));
    expect(await get()).toEqual(ARCHIVE);
  });

  it.each<[string, Answer, RegExp]>([
    ['with another digest', body('other bytes'), /does not have the digest/],
    ['that is too large', body(Buffer.alloc(4 * 1024 * 1024 + 1)), /more than 4194304 bytes/],
    ['that comes compressed', body(gzipSync(ARCHIVE), { 'content-encoding': 'gzip' }), /compressed/],
    ['that is not there', (_, response) => void response.writeHead(404).end('secret'), /status 404$/],
    [
      'that breaks off',
      (_, response) => void response.writeHead(200, { 'content-length': 99 }).write('x', () => response.destroy()),
      /cannot be asked/,
    ],
    ['that redirects without end', redirect('/a.tgz'), /redirects more than 5 times/],
    ['that redirects to plain HTTP', redirect('http://127.0.0.1/a.tgz'), /without TLS/],
    ['that redirects to a file', redirect('file:///etc/passwd'), /without TLS/],
    ['that redirects with a user', redirect('https://a:b@127.0.0.1/'), /with a user/],
    ['that redirects to nowhere', redirect('https://'), /no address/],
    [
      'that redirects to a metadata service',
      redirect('https://169.254.169.254/latest'),
      /does not name 169\.254\.169\.254/,
    ],
  ])('is refused %s, and nothing of what was answered is told', async (_, answer, reason) => {
    paths.set('/a.tgz', answer);
    const failure = await get().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StackSourceError', message: expect.stringMatching(reason) });
    expect(String(failure)).not.toMatch(/secret|other bytes/);
  });

  it('takes no longer than it may', async () => {
    paths.set('/a.tgz', (_, response) => void response.writeHead(200).write('slowly'));
    await expect(get({ timeoutMs: 1_000 })).rejects.toThrow('it takes longer than 1s');
  });

  it('is not fetched from who cannot prove that it is the host', async () => {
    paths.set('/a.tgz', body(ARCHIVE));
    await expect(get({ ca: () => undefined })).rejects.toThrow(/cannot be asked \(/);
    expect(asked).toEqual([]);
  });

  it('is not fetched through a proxy of the environment', async () => {
    paths.set('/a.tgz', body(ARCHIVE));
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
    try {
      expect(await get()).toEqual(ARCHIVE);
    } finally {
      delete process.env['HTTPS_PROXY'];
    }
  });
});

describe('the hosts that may be asked', () => {
  /** The port is that of a server that would be reached. */
  const port = (): string => site.host.split(':')[1] ?? '';

  it.each([
    'localhost',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '10.0.0.1',
    '①②⑦.0.0.1',
  ])('are not %s, unless it is named', async (host) => {
    await expect(fetched(`https://${host}:${port()}/a.tgz`, LAYER, { sources: ['*'] })).rejects.toMatchObject({
      name: 'StackSourceError',
      message: expect.stringMatching(/has no public address, and STACK_SOURCES does not name it$/),
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['one of several addresses is inside', ['1.1.1.1', '127.0.0.1']],
    ['it has no address', []],
  ])('are none whose name is known, but %s', async (_, addresses) => {
    const resolve = resolving([addresses]);
    const failing = fetched(`https://stacks.example:${port()}/a`, LAYER, { sources: ['*'], resolve });
    await expect(failing).rejects.toThrow(/has no public address/);
    expect(asked).toEqual([]);
  });

  it('are resolved once a connection, so that a second answer of the name server leads nowhere else', async () => {
    paths.set('/a', body(ARCHIVE));
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const resolve = resolving(answers);
    // the certificate is for 127.0.0.1: that it was asked for stacks.example and not trusted proves which one was connected to
    const failing = fetched(`https://stacks.example:${port()}/a`, LAYER, { sources: ['stacks.example'], resolve });
    await expect(failing).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(answers).toHaveLength(1);
    const again = fetched(`https://stacks.example:${port()}/a`, LAYER, { sources: ['stacks.example'], resolve });
    await expect(again).rejects.toThrow('has an address that nothing is fetched from');
  });

  it.each([
    [['registry.example'], 'does not name 127.0.0.1'],
    [[], 'does not name 127.0.0.1'],
    [['127.0.0.1:1'], 'does not name 127.0.0.1'],
  ])('are only those of %j', async (sources, reason) => {
    await expect(fetched(`https://${site.host}/a`, LAYER, { sources })).rejects.toThrow(reason);
    expect(asked).toEqual([]);
  });
});

function resolving(answers: string[][]): NonNullable<StackArchiveOptions['resolve']> {
  return (_, done) =>
    done(
      null,
      (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
    );
}

describe('an artifact in a registry', () => {
  const pull = (text = manifest(), more: Partial<StackArchiveOptions> = {}, digest = digestOf(text)) => {
    paths.set(`/v2/shop/hello/manifests/${digest}`, guarded(body(text)));
    paths.set(`/v2/shop/hello/blobs/${LAYER}`, guarded(blob));
    return fetched(`oci://${site.host}/shop/hello`, digest, more);
  };
  let blob = body(ARCHIVE);
  /** What the registry asks for before it answers: nothing, a user, or a token. */
  let challenge = '';
  let passes = '';
  const guarded =
    (answer: Answer): Answer =>
    (request, response) => {
      if (challenge === '' || request.headers.authorization === passes) answer(request, response);
      else response.writeHead(401, { 'www-authenticate': challenge }).end();
    };
  const user = (host: string) => ({ users: new Map([[host, { username: 'ann', password: 'pa:ss' }]]) });
  const BASIC = `Basic ${Buffer.from('ann:pa:ss').toString('base64')}`;
  const TOKEN_PATH = '/token?service=stacks&scope=repository%3Ashop%2Fhello%3Apull';
  beforeEach(() => {
    [blob, challenge, passes] = [body(ARCHIVE), '', ''];
  });

  it('is the layer of its manifest', async () => {
    expect(await pull()).toEqual(ARCHIVE);
  });

  it('is pulled with a token for nobody in particular, where the registry wants one', async () => {
    challenge = `Bearer realm="https://${other.host}/token",service="stacks",scope="repository:everything:*"`;
    passes = 'Bearer t0ken';
    paths.set(TOKEN_PATH, body('{"token":"t0ken"}'));
    expect(await pull()).toEqual(ARCHIVE);
    expect(asked).toContain(`${other.host} ${TOKEN_PATH} -`);
  });

  it("is pulled as the registry's user, by a token or by password", async () => {
    challenge = `Bearer realm="https://${other.host}/token",service="stacks"`;
    passes = 'Bearer t0ken';
    paths.set(TOKEN_PATH, body('{"access_token":"t0ken"}'));
    expect(await pull(manifest(), user(site.host))).toEqual(ARCHIVE);
    expect(asked).toContain(`${other.host} ${TOKEN_PATH} ${BASIC}`);
    [challenge, passes] = ['Basic realm="stacks"', BASIC];
    expect(await pull(manifest(), user(site.host))).toEqual(ARCHIVE);
  });

  it('does not carry a user or token to another host', async () => {
    [challenge, passes] = ['Basic realm="stacks"', BASIC];
    blob = redirect(`https://${other.host}/blob`);
    paths.set('/blob', body(ARCHIVE));
    expect(await pull(manifest(), user(site.host))).toEqual(ARCHIVE);
    expect(asked.at(-1)).toBe(`${other.host} /blob -`);
    asked.length = 0;
    await expect(pull(manifest(), user('elsewhere.example'))).rejects.toThrow('takes no anonymous callers');
    expect(asked.join()).not.toContain(BASIC);
  });

  /** A registry that answers with this instead of the layer. */
  const pullInstead = (answer: Answer): Promise<Buffer> => {
    blob = answer;
    return pull();
  };
  const pullChallenged = (header: string): Promise<Buffer> => {
    challenge = header;
    return pull();
  };
  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['with another manifest', () => pull(manifest(), {}, LAYER), /the manifest does not have the digest/],
    ['with another layer', () => pullInstead(body('x'.repeat(ARCHIVE.length))), /the layer does not have/],
    ['with a longer layer', () => pullInstead(body(Buffer.alloc(99))), /more than 23 bytes/],
    ['that is an index', () => pull(JSON.stringify({ schemaVersion: 2, manifests: [] })), /an index is none/],
    ['that is no JSON', () => pull('<html>'), /no OCI image manifest/],
    ['without a layer', () => pull(manifest({ layers: [] })), /must have one layer/],
    ['of another media type', () => pull(manifest({}, { mediaType: 'text/plain' })), /must be a tar/],
    ['packed by zstd', () => pull(manifest({}, { mediaType: 'application/x.tar+zstd' })), /must be a tar/],
    ['that is too large', () => pull(manifest({}, { size: 5e6 })), /more than 4194304 bytes/],
    ['whose layer has no digest', () => pull(manifest({}, { digest: '../../token' })), /no OCI image manifest/],
    ['that wants a user', () => pullChallenged('Basic realm="x"'), /no anonymous callers/],
    ['that wants a token of a host inside', () => pullChallenged('Bearer realm="https://10.0.0.1/"'), /does not name/],
    ['that wants a token without TLS', () => pullChallenged('Bearer realm="http://127.0.0.1/"'), /without TLS/],
    ['without a token', () => pullChallenged(`Bearer realm="https://${other.host}/none"`), /status 404/],
  ])('is refused %s', async (_, pulling, reason) => {
    await expect(pulling()).rejects.toMatchObject({ name: 'StackSourceError', message: expect.stringMatching(reason) });
  });
});
