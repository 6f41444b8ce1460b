import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from './config.js';
import { describeConfig } from './config/describe-config.js';
import { packageRoot } from './version.js';

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('starts with nothing set', () => {
    expect(readConfig({})).toMatchObject({
      role: 'all',
      port: 8484,
      dataDir: './data',
      metricResolutionMs: 60_000,
      kubeletMaxBodyBytes: 32 * 2 ** 20,
      kubeletInsecureTls: false,
    });
  });

  it('reports all mistakes at once, each with variable, value and what is allowed', () => {
    expect(
      mistakesOf({
        ROLE: 'king',
        PORT: '99999',
        METRIC_RESOLUTION: '1s',
        MAX_BODY: 'big',
        KUBELET_INSECURE_TLS: 'yes',
        METRICS_CUSTOM: 'container_threads,con*tainer',
      }),
    ).toEqual([
      'ROLE=king: allowed: all, api, worker, agent, migrate, openapi',
      'PORT=99999: allowed: a whole number from 0 to 65535',
      'MAX_BODY=big: allowed: a size from 1Ki to 64Mi, such as 256Mi or 2Gi',
      'KUBELET_INSECURE_TLS=yes: allowed: true, false',
      'METRIC_RESOLUTION=1s: allowed: a duration from 5s to 1h, such as 30s, 5m or 1h',
      'METRICS_CUSTOM=container_threads,con*tainer: allowed: at most 50 names of metrics separated by commas, * at the end for any rest',
    ]);
  });

  it('never shows a secret in a mistake', () => {
    expect(mistakesOf({ DATABASE_URL: 'mysql://root:hunter22@db/x' }).join()).not.toContain('hunter22');
  });

  it('reads a secret from a file, without the line end', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'token');
    writeFileSync(file, 'a-token-of-at-least-24-characters\n');
    const config = readConfig({ ADMIN_TOKEN_FILE: file });
    expect(config.adminToken).toBe('a-token-of-at-least-24-characters');
    expect(config.secrets).toContain('a-token-of-at-least-24-characters');
  });

  it.each([
    [{ ADMIN_TOKEN: 'x'.repeat(24), ADMIN_TOKEN_FILE: '/nowhere' }, 'ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set'],
    [{ ADMIN_TOKEN_FILE: '/nowhere' }, 'ADMIN_TOKEN_FILE=/nowhere: cannot be read (ENOENT)'],
    [{ TLS_CERT_FILE: '/tls.crt' }, 'TLS_CERT_FILE and TLS_KEY_FILE: set both or none'],
    [{ INFLUX_URL: 'http://influx:8086' }, 'INFLUX_TOKEN, or INFLUX_USERNAME and INFLUX_PASSWORD, must be set too'],
    [{ ELASTICSEARCH_USERNAME: 'me' }, 'ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD: set both or none'],
    [
      { ELASTICSEARCH_API_KEY: 'key', ELASTICSEARCH_USERNAME: 'me', ELASTICSEARCH_PASSWORD: 'secret' },
      'ELASTICSEARCH_API_KEY and ELASTICSEARCH_USERNAME: set one of them',
    ],
    [
      {
        INFLUX_URL: 'http://influx:8086/',
        INFLUX_TOKEN: 'a-token',
        METRIC_SINKS: 'archive=influxdb:http://influx:8086/?bucket=k8s_5m',
        METRIC_SINK_ARCHIVE_TOKEN: 'a-token',
      },
      'METRIC_SINKS: archive: INFLUX_URL keeps the metrics in the bucket k8s_5m; name another one',
    ],
    [{ ROLE: 'worker' }, 'DATABASE_URL is not set: ROLE=worker shares the records'],
    [{ ROLE: 'api', DATABASE_URL: 'postgres://db/q' }, 'REDIS_URL is not set: ROLE=api shares the job queue'],
  ])('refuses settings that contradict each other: %j', (environment, message) => {
    expect(mistakesOf(environment as Record<string, string>).join('\n')).toContain(message);
  });

  it('shows no password of a URL that is wrong, and censors one where none belongs', () => {
    expect(mistakesOf({ INFLUX_URL: 'ftp://me:hunter2222@influx' }).join()).toContain('ftp://me:(secret)@influx');
    const config = readConfig({ INFLUX_URL: 'http://me:hunter2222@influx', INFLUX_TOKEN: 'a-token' });
    expect(config.secrets).toContain('hunter2222');
  });

  it.each(['http://me:hunter/2222@influx', 'http://me:hunter@2222@influx:x', 'http://me:hunter?2222@influx:x'])(
    'shows no part of a password that makes a URL none: %s',
    (url) => {
      const shown = mistakesOf({ INFLUX_URL: url }).join();
      expect(shown).toContain('INFLUX_URL=http://me:(secret)@influx');
      expect(shown).not.toMatch(/hunter|2222/);
    },
  );

  it('names the variable whose password no driver could decode', () => {
    expect(mistakesOf({ REDIS_URL: 'redis://:50%off@redis' })).toEqual([
      'REDIS_URL: the password in it has a % that begins no escape; write %25 for a % of its own',
    ]);
  });

  it('refuses a webhook whose address holds a password: no request may be made to one', () => {
    const settings = { GC_WEBHOOK_URL: 'https://me:hunter22@hooks/x', GC_WEBHOOK_SECRET: 'x'.repeat(40) };
    expect(mistakesOf(settings).join()).toBe(
      'GC_WEBHOOK_URL=(secret): allowed: an http:// or https:// URL without user and password',
    );
  });

  it('censors the password inside of a URL by itself too', () => {
    expect(readConfig({ DATABASE_URL: 'postgres://q:p%40ssword@db/q' }).secrets).toEqual(
      expect.arrayContaining(['p%40ssword', 'p@ssword']),
    );
  });
});

describe('docs/configuration.md', () => {
  it('is what `npm run docs` writes', () => {
    expect(readFileSync(join(packageRoot(), 'docs', 'configuration.md'), 'utf8')).toBe(describeConfig());
  });
});
