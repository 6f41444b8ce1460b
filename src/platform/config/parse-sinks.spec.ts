import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../config.js';
import { parseSinks } from './parse-sinks.js';

const HERE = 'influxdb:http://influx:8086/';
const nothing = { metrics: [], excludeMetrics: [], namespaces: [] };

describe('parseSinks', () => {
  it('reads nothing from nothing', () => {
    expect(parseSinks(' \n ')).toEqual({ sinks: [], mistakes: [] });
  });

  it("reads Heapster's form, with its db", () => {
    expect(parseSinks('influxdb:http://monitoring-influxdb:80/?db=k8s').sinks).toEqual([
      {
        name: 'influxdb',
        type: 'influxdb',
        url: 'http://monitoring-influxdb',
        org: 'quartermaster',
        bucket: 'k8s',
        ...nothing,
      },
    ]);
  });

  it('reads several with names and filters, a line each', () => {
    const { sinks, mistakes } = parseSinks(`
      archive=influxdb:https://influx.example:8086/base?org=ops&bucket=year&retention=400d
      team-a=${HERE}?metrics=cpu/*,memory/usage&excludeMetrics=cpu/limit&namespaces=a,a-*&labels=app%20in%20(x,y),tier!=db`);
    expect(mistakes).toEqual([]);
    expect(sinks).toEqual([
      {
        name: 'archive',
        type: 'influxdb',
        url: 'https://influx.example:8086/base',
        org: 'ops',
        bucket: 'year',
        ...nothing,
        retentionMs: 400 * 86_400_000,
      },
      {
        name: 'team-a',
        type: 'influxdb',
        url: 'http://influx:8086',
        org: 'quartermaster',
        bucket: 'k8s',
        metrics: ['cpu/*', 'memory/usage'],
        excludeMetrics: ['cpu/limit'],
        namespaces: ['a', 'a-*'],
        labelSelector: 'app in (x,y),tier!=db',
      },
    ]);
  });

  it.each([
    ['kafka:http://k', 'allowed: [name=]influxdb:http(s)://host:port/?options'],
    ['influxdb:influx:8086', 'allowed: [name=]influxdb:http(s)://host:port/?options'],
    ['influxdb:http://', 'allowed: [name=]influxdb:http(s)://host:port/?options'],
    [`UP=${HERE}`, 'a name has 1 to 40 of a-z, 0-9 and -'],
    [`=${HERE}`, 'a name has 1 to 40 of a-z, 0-9 and -'],
    [`-a=${HERE}`, 'a name has 1 to 40 of a-z, 0-9 and -'],
    [`${'a'.repeat(41)}=${HERE}`, 'a name has 1 to 40 of a-z, 0-9 and -'],
    [`${HERE}?withfields=true`, 'there is no option withfields; allowed: org, bucket, db,'],
    [`${HERE}?metrics=a&metrics=b`, 'metrics is given twice'],
    [`${HERE}?retention=forever`, 'retention is a duration from 1h to 10000d'],
    [`${HERE}?retention=59m`, 'retention is a duration from 1h to 10000d'],
    [`${HERE}?labels=a%3D%3D%3Db`, 'labels at position 3'],
    [`${HERE} ${HERE}?bucket=x`, 'two sinks are called influxdb'],
    [`a=${HERE} b=${HERE}?db=k8s`, 'a and b write to one bucket'],
  ])('refuses %s', (text, mistake) => {
    expect(parseSinks(text).mistakes.join('\n')).toContain(mistake);
  });

  it.each([`a=influxdb:http://me:hunter22@influx:8086/`, `a=${HERE}?user=me&pw=hunter22`, `a=${HERE}?token=hunter22`])(
    'refuses credentials in %s, says where they belong, and does not show them',
    (text) => {
      const { sinks, mistakes } = parseSinks(text);
      expect(sinks).toEqual([]);
      expect(mistakes.join()).toContain('set METRIC_SINK_A_TOKEN (or METRIC_SINK_A_TOKEN_FILE)');
      expect(mistakes.join()).not.toContain('hunter22');
    },
  );

  it.each([
    [20, 0],
    [21, 1],
  ])('takes %i sinks with %i mistakes', (count, mistakes) => {
    const text = Array.from({ length: count }, (_, index) => `s${index}=${HERE}?bucket=b${index}`).join(' ');
    expect(parseSinks(text).mistakes).toHaveLength(mistakes);
  });

  it('takes a name of 40', () => {
    expect(parseSinks(`${'a'.repeat(40)}=${HERE}`).mistakes).toEqual([]);
  });
});

describe('readConfig with METRIC_SINKS', () => {
  const mistakesOf = (environment: Record<string, string>): string => {
    try {
      readConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return '';
  };
  const METRIC_SINKS = `team-a=${HERE}`;

  it("finds each sink's credentials in variables of its own, and censors them", () => {
    const config = readConfig({
      METRIC_SINKS: `${METRIC_SINKS} other=${HERE}?bucket=o`,
      METRIC_SINK_TEAM_A_TOKEN: 'token-of-a',
      METRIC_SINK_OTHER_USERNAME: 'me',
      METRIC_SINK_OTHER_PASSWORD: 'hunter22',
    });
    expect([...config.metricSinkCredentials]).toEqual([
      ['team-a', { token: 'token-of-a' }],
      ['other', { username: 'me', password: 'hunter22' }],
    ]);
    expect(config.secrets).toEqual(expect.arrayContaining(['token-of-a', 'hunter22']));
  });

  it('wants credentials for each', () => {
    expect(mistakesOf({ METRIC_SINKS })).toContain(
      'METRIC_SINKS names team-a: METRIC_SINK_TEAM_A_TOKEN, or METRIC_SINK_TEAM_A_USERNAME and METRIC_SINK_TEAM_A_PASSWORD, must be set too',
    );
  });

  it('shows no secret that stands where it does not belong', () => {
    expect(mistakesOf({ METRIC_SINKS: 'a=influxdb:http://me:hunter22@influx/' })).not.toContain('hunter22');
  });

  it.each([
    ['1023Ki', false],
    ['1Mi', true],
    ['1Ti', true],
    ['1025Gi', false],
  ])('takes METRIC_SINK_MAX_BACKLOG=%s: %s', (value, isTaken) => {
    expect(mistakesOf({ METRIC_SINK_MAX_BACKLOG: value }) === '').toBe(isTaken);
  });
});
