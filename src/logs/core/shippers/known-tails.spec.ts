import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { KnownTails } from './known-tails.js';
import { readOrigin } from './read-origin.js';
import { parseObject } from './value-at.js';

const POD = {
  pod_name: 'web-1',
  namespace_name: 'shop',
  container_name: 'web',
  docker_id: 'c0ffee',
  labels: { app: 'web' },
};
const textOf = (log: string, more: object = {}) => JSON.stringify({ stream: 'stdout', log, kubernetes: POD, ...more });

describe('KnownTails', () => {
  it('gives documents of one container the same origin', () => {
    const tails = new KnownTails();
    const [one, other] = [tails.parse(textOf('a')), tails.parse(textOf('b'))];
    expect(other?.document).toEqual(JSON.parse(textOf('b')));
    expect(one?.origin?.origin).toMatchObject({ pod: 'web-1', containerId: 'c0ffee' });
    expect(other?.origin).toBe(one?.origin);
  });

  it.each([
    ['it is in the text of a line', textOf(',"kubernetes":{"pod_name":"x"}')],
    ['it is inside of another object', `{"a":{"b":1,"kubernetes":{"pod_name":"x"}}}`],
    ['it comes twice', `{"a":1,"kubernetes":{"pod_name":"x"},"kubernetes":{"pod_name":"y"}}`],
    ['it comes first, too', `{"kubernetes":1,"a":1,"kubernetes":{"pod_name":"y"}}`],
    ['there is nothing before it', `{,"kubernetes":{"pod_name":"x"}}`],
    ['the beginning is broken', `{"a":,"kubernetes":{"pod_name":"x"}}`],
    ['the end is broken', `{"a":1,"kubernetes":{"pod_name":"x"}`],
    ['the end goes on', `{"a":1,"kubernetes":{"pod_name":"x"}} {}`],
    ['a member is called as the prototype', `{"a":1,"kubernetes":{"pod_name":"x"},"__proto__":{"b":1}}`],
    ['it is in a list', `[1,"kubernetes":{"pod_name":"x"}]`],
    ['the runtime names the container at the top', textOf('a', { docker: { container_id: 'c1' } })],
  ])('reads the same as JSON.parse where %s', (_, text) => {
    const tails = new KnownTails();
    for (let time = 0; time < 2; time++) expect(tails.parse(text)?.document).toEqual(parseObject(text));
  });

  it('reads any document as JSON.parse does, and its origin as it is read from the whole', () => {
    const member = fc.tuple(fc.constantFrom('log', 'kubernetes', 'docker', '__proto__', 'a'), fc.jsonValue());
    const kubernetes = fc.record({ pod_name: fc.string(), docker_id: fc.string(), labels: fc.jsonValue() });
    const document = fc
      .tuple(fc.array(member), fc.array(kubernetes, { maxLength: 2 }), fc.array(member))
      .map((parts) => {
        const [before, known, after] = parts;
        const members = [...before, ...known.map((one) => ['kubernetes', one] as const), ...after];
        return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
      });
    const tails = new KnownTails();
    fc.assert(
      fc.property(document, fc.nat(3), (text, cut) => {
        const sent = cut === 1 ? text.slice(0, -1) : text;
        const read = tails.parse(sent);
        expect(read?.document).toEqual(parseObject(sent));
        if (read?.origin) expect(read.origin).toEqual(readOrigin(read.document));
      }),
    );
  });
});
