import { describe, expect, it } from '@jest/globals';
import { parseEventSinks } from './parse-event-sinks.js';

describe('the sinks of events that a text names', () => {
  it('are read as Eventer has them, with names', () => {
    const text =
      'influxdb:http://influx:8086?db=events&withfields=true\n archive=influxdb:https://other/base/?org=ops&bucket=b elasticsearch:http://es:9200 es=elasticsearch:https://es/?index=k8s';
    expect(parseEventSinks(text)).toEqual({
      mistakes: [],
      sinks: [
        {
          name: 'influxdb',
          type: 'influxdb',
          url: 'http://influx:8086',
          org: 'quartermaster',
          bucket: 'events',
          withFields: true,
        },
        { name: 'archive', type: 'influxdb', url: 'https://other/base', org: 'ops', bucket: 'b', withFields: false },
        { name: 'elasticsearch', type: 'elasticsearch', url: 'http://es:9200', index: 'heapster' },
        { name: 'es', type: 'elasticsearch', url: 'https://es', index: 'k8s' },
      ],
    });
    expect(parseEventSinks('')).toEqual({ sinks: [], mistakes: [] });
  });

  it.each([
    ['kafka:http://k:1', /^sink 1: allowed: \[name=\]influxdb/],
    ['A_B=influxdb:http://i', /a name has 1 to 40/],
    ['influxdb:http://i?retention=1d', /there is no option retention/],
    ['influxdb:http://i?withfields=yes', /withfields is true or false/],
    ['elasticsearch:http://e?withfields=true', /there is no option withfields; allowed: index/],
    ['elasticsearch:http://e?index=K8S', /an index has 1 to 100 of a-z/],
    ['influxdb:http://i influxdb:http://j', /two sinks are called influxdb/],
    ['influxdb:http://i?pw=sesame', /set EVENT_SINK_INFLUXDB_TOKEN \(or EVENT_SINK_INFLUXDB_TOKEN_FILE\)/],
    ['influxdb:http://me:sesame@i', /credentials do not belong here/],
  ])('%s is a mistake that shows no secret', (text, mistake) => {
    const { mistakes } = parseEventSinks(text);
    expect(mistakes).toEqual([expect.stringMatching(mistake)]);
    expect(mistakes.join()).not.toContain('sesame');
  });
});
