import { describe, expect, it } from '@jest/globals';
import { auditAs, auditText, changesSomething, outcomeOf } from './audit-call.js';

describe('changesSomething', () => {
  it.each([
    ['GET', undefined, false],
    ['HEAD', { verb: 'get' }, false],
    ['POST', undefined, true],
    ['POST', { verb: 'create' }, true],
    ['POST', { verb: 'list' }, false],
    ['DELETE', { verb: 'delete' }, true],
    ['POST', { verb: 'create', role: 'ingest' }, false],
    ['POST', { verb: 'update', role: 'agent' }, false],
    ['PROPFIND', undefined, true],
  ])('%s %j: %s', (method, operation, expected) => {
    expect(changesSomething(method, operation)).toBe(expected);
  });
});

describe('auditAs', () => {
  const stranger = { isKnown: false, presented: false };
  const wrong = { isKnown: false, presented: true };
  const known = { isKnown: true, presented: true };
  it.each([
    [{ changes: true, ...known, status: 201 }, 'row'],
    [{ changes: true, ...known, status: 429 }, 'row'],
    [{ changes: false, ...known, status: 200 }, 'nothing'],
    [{ changes: false, ...known, status: 404 }, 'nothing'],
    [{ changes: false, ...known, status: 403 }, 'row'],
    [{ changes: false, ...known, status: 429 }, 'nothing'],
    [{ changes: false, ...wrong, status: 401 }, 'row'],
    [{ changes: false, ...wrong, status: 429 }, 'counted'],
    [{ changes: false, ...stranger, status: 401 }, 'nothing'],
    [{ changes: true, ...stranger, status: 401 }, 'row'],
  ] as const)('%j: %s', (call, expected) => {
    expect(auditAs(call)).toBe(expected);
  });
});

describe('outcomeOf', () => {
  it.each([
    [200, 'succeeded'],
    [303, 'succeeded'],
    [401, 'refused'],
    [403, 'refused'],
    [429, 'refused'],
    [404, 'failed'],
    [503, 'failed'],
  ])('%i: %s', (status, outcome) => expect(outcomeOf(status)).toBe(outcome));
});

describe('auditText', () => {
  it('keeps what is harmless, replaces what a database or a terminal would choke on, and cuts what is long', () => {
    expect(auditText('Grüße, pod=web-1', 20)).toBe('Grüße, pod=web-1');
    expect(auditText('a\0b\u001b[2Jc\ud800', 20)).toBe('a\uFFFDb\uFFFD[2Jc\uFFFD');
    expect(auditText('abcdef', 4)).toBe('abc…');
  });
});
