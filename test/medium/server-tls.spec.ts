import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadServerTls, type ServerTls, type ServerTlsOptions } from '../../src/adapters/tls/server-tls.js';
import { Clock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { Readiness } from '../../src/platform/readiness.js';
import { TestAuthority } from '../support/test-authority.js';

const DAY_MS = 86_400_000;

class SetClock extends Clock {
  nowMs = Date.now();
  override now(): number {
    return this.nowMs;
  }
}

describe('Transport security', () => {
  let dataDir: string;
  let clock: SetClock;
  let readiness: Readiness;
  const servers: Server[] = [];
  const loaded: ServerTls[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'server-tls-'));
    clock = new SetClock();
    readiness = new Readiness(clock);
  });
  afterEach(async () => {
    for (const tls of loaded.splice(0)) tls.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await rm(dataDir, { recursive: true });
  });

  async function load(options: Partial<ServerTlsOptions> = {}): Promise<ServerTls> {
    const parts = { clock, log: Log.silent() };
    const tls = await loadServerTls({ host: '0.0.0.0', dataDir, insecureHttp: false, ...options }, parts);
    if (!tls) throw new Error('plain HTTP');
    loaded.push(tls);
    return tls;
  }

  /** A server that shows what it is given; returns its port. */
  async function serve(tls: ServerTls): Promise<number> {
    const server = createServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, (_, answer) =>
      answer.end('hi'),
    );
    servers.push(server);
    tls.follow(server, readiness.part('tls'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** The certificate that a client sees that trusts `ca` alone. Rejects when it does not trust what it sees. */
  async function seen(port: number, ca: string, servername = 'localhost'): Promise<X509Certificate> {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca, servername });
    await once(socket, 'secureConnect');
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    return new X509Certificate(raw);
  }

  const caOf = (tls: ServerTls) => readFile(tls.caFile ?? '', 'utf8');

  it('serves plain HTTP on loopback, and elsewhere only when told to', async () => {
    const parts = { clock, log: Log.silent() };
    const plain = { dataDir, insecureHttp: false };
    expect(await loadServerTls({ ...plain, host: '127.0.0.1' }, parts)).toBeUndefined();
    expect(await loadServerTls({ ...plain, host: '0.0.0.0', insecureHttp: true }, parts)).toBeUndefined();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('makes an authority whose certificates a client trusts that trusts its ca.crt, and keeps its key to itself', async () => {
    const tls = await load({ names: ['quartermaster.ops.svc', '10.96.0.9'] });
    const port = await serve(tls);
    expect(tls.caFile).toBe(join(dataDir, 'tls', 'ca.crt'));
    const certificate = await seen(port, await caOf(tls));
    expect(certificate.checkHost('localhost')).toBeDefined();
    expect(certificate.checkHost('quartermaster.ops.svc')).toBeDefined();
    expect(certificate.checkIP('127.0.0.1')).toBeDefined();
    expect(certificate.checkIP('10.96.0.9')).toBeDefined();
    expect((await stat(join(dataDir, 'tls', 'ca.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'tls'))).mode & 0o777).toBe(0o700);
    expect((await readdir(join(dataDir, 'tls'))).sort()).toEqual(['ca.crt', 'ca.key']);
    const stranger = await TestAuthority.create('stranger');
    await expect(seen(port, stranger.ca)).rejects.toThrow(/certificate/);
  });

  it('is understood by OpenSSL', async () => {
    const tls = await load();
    const leaf = join(dataDir, 'leaf.crt');
    await writeFile(leaf, tls.cert);
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'localhost'];
    const { stdout } = await promisify(execFile)('openssl', [...verify, '-CAfile', tls.caFile ?? '', leaf]);
    expect(stdout).toContain('OK');
  });

  it('refuses TLS below 1.2', async () => {
    const port = await serve(await load());
    const socket = connect({
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
    });
    await expect(once(socket, 'secureConnect')).rejects.toThrow();
  });

  it('finds its authority at the next start, and several starts at once make one', async () => {
    const started = await Promise.all([load(), load(), load()]);
    const ca = await caOf(started[0]);
    for (const tls of [...started, await load()]) {
      expect(await caOf(tls)).toBe(ca);
      await seen(await serve(tls), ca);
    }
  });

  it('makes the certificate again when a start before died after the key', async () => {
    await load();
    await rm(join(dataDir, 'tls', 'ca.crt'));
    const tls = await load();
    await seen(await serve(tls), await caOf(tls));
  });

  it('renews its certificate while it runs, before it ends', async () => {
    const tls = await load();
    const port = await serve(tls);
    const ca = await caOf(tls);
    const first = await seen(port, ca);
    clock.nowMs += 59 * DAY_MS;
    await tls.check();
    expect((await seen(port, ca)).serialNumber).toBe(first.serialNumber);
    clock.nowMs += 2 * DAY_MS;
    await tls.check();
    const renewed = new X509Certificate(tls.cert);
    expect(renewed.serialNumber).not.toBe(first.serialNumber);
    expect(Date.parse(renewed.validTo)).toBeGreaterThan(clock.nowMs + 80 * DAY_MS);
  });

  it.each([
    ['ca.key', 'no key', /ca\.key is not an ECDSA P-256 key/],
    ['ca.crt', 'no certificate', /ca\.crt is not a certificate/],
  ])('says what is wrong when %s is broken', async (file, text, message) => {
    await load();
    await chmod(join(dataDir, 'tls', file), 0o600);
    await writeFile(join(dataDir, 'tls', file), text);
    await expect(load()).rejects.toThrow(message);
  });

  it('says what is wrong when ca.crt is of another key', async () => {
    await load();
    await writeFile(join(dataDir, 'tls', 'ca.crt'), (await TestAuthority.create('other')).ca);
    await expect(load()).rejects.toThrow(/does not belong/);
  });

  describe('with given files', () => {
    let certFile: string;
    let keyFile: string;
    const put = async ({ cert, key }: { cert: string; key: string }) => {
      await writeFile(keyFile, key);
      await writeFile(certFile, cert);
    };
    beforeEach(() => {
      certFile = join(dataDir, 'tls.crt');
      keyFile = join(dataDir, 'tls.key');
    });
    const given = () => load({ host: '127.0.0.1', certFile, keyFile });

    it('serves them, and the new ones after they changed, without a word while they stay', async () => {
      const authority = await TestAuthority.create('corp');
      const [first, second] = [await authority.server(), await authority.server()];
      await put(first);
      const tls = await given();
      const port = await serve(tls);
      expect(tls.caFile).toBeUndefined();
      expect((await seen(port, authority.ca, '')).raw).toEqual(new X509Certificate(first.cert).raw);
      await put(second);
      await tls.check();
      expect((await seen(port, authority.ca, '')).raw).toEqual(new X509Certificate(second.cert).raw);
      expect(await readdir(dataDir)).not.toContain('tls');
    });

    it('serves the former ones on while the files do not fit together, says so, and takes them when they do', async () => {
      const authority = await TestAuthority.create('corp');
      const [first, second] = [await authority.server(), await authority.server()];
      await put(first);
      const tls = await given();
      const port = await serve(tls);
      await writeFile(keyFile, second.key);
      await tls.check();
      expect((await seen(port, authority.ca, '')).raw).toEqual(new X509Certificate(first.cert).raw);
      expect(readiness.part('tls').report()).toMatchObject({
        state: 'degraded',
        reason: expect.stringContaining('does not belong'),
      });
      await writeFile(certFile, second.cert);
      await tls.check();
      expect((await seen(port, authority.ca, '')).raw).toEqual(new X509Certificate(second.cert).raw);
      expect(readiness.part('tls').report()).toMatchObject({ state: 'up' });
    });

    it('says when the certificate has ended', async () => {
      await put(await (await TestAuthority.create('corp')).server());
      const tls = await given();
      await serve(tls);
      clock.nowMs += DAY_MS;
      await tls.check();
      expect(readiness.part('tls').report()).toMatchObject({
        state: 'degraded',
        reason: expect.stringContaining('ended'),
      });
    });

    it.each([
      ['a missing key', async () => rm(keyFile), /TLS_KEY_FILE=.*cannot be read \(ENOENT\)/],
      ['no certificate', async () => writeFile(certFile, 'x'), /tls\.crt holds no certificate/],
      ['no key', async () => writeFile(keyFile, 'x'), /tls\.key holds no private key/],
    ])('refuses to start with %s', async (_, spoil, message) => {
      await put(await (await TestAuthority.create('corp')).server());
      await spoil();
      await expect(given()).rejects.toThrow(message);
    });
  });
});
