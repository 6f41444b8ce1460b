import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readContainerPath } from './read-container-path.js';
import { readDocument } from './read-document.js';
import { readInstant } from './read-instant.js';
import { recordOfDocument } from './record-of-document.js';
import { AT_NS, SAMPLES } from './testdata/documents.js';
import type { JsonObject } from './value-at.js';

const lineOf = (document: JsonObject) =>
  readDocument(document, JSON.stringify(document), { observedNs: 99n, sequence: 5, documentId: 'id' });

describe('recordOfDocument', () => {
  it.each(SAMPLES)('$name', ({ document, record, fields = [] }) => {
    const made = recordOfDocument(lineOf(document));
    expect(made).toMatchObject({ observedNs: 99n, sequence: 5, documentId: 'id', source: 'bulk', ...record });
    expect(Object.keys(made.fields ?? {}).sort()).toEqual([...fields].sort());
  });

  it.each([
    [{ logtag: 'P', message: 'a' }, true],
    [{ _p: 'P', log: 'a' }, true],
    [{ _partial: true, message: 'a' }, true],
    [{ logtag: 'F', message: 'a' }, false],
    [{ message: 'a' }, false],
  ])('%j is a part: %s', (document, isPartial) => {
    expect(lineOf(document).isPartial).toBe(isPartial);
  });

  it('takes any document', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (any) => {
        const document = JSON.parse(JSON.stringify(any)) as JsonObject;
        expect(recordOfDocument(lineOf(document)).message.isWellFormed()).toBe(true);
      }),
    );
  });

  it('takes a document that is nested without end', () => {
    const text = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const line = readDocument(JSON.parse(text) as JsonObject, text, { observedNs: 99n, sequence: 0 });
    expect(recordOfDocument(line).message).toBe(text);
  });
});

describe('readInstant', () => {
  it.each([
    ['2026-01-01T10:00:07.123Z', AT_NS],
    ['2026-01-01T10:00:07.123', AT_NS],
    ['2026-01-01 10:00:07,123', AT_NS],
    [1_767_261_607.123, AT_NS],
    [1_767_261_607_123, AT_NS],
    ['1767261607123', AT_NS],
    ['1767261607.123000001', AT_NS + 1n],
    ['1767261607123000', AT_NS],
    ['1767261607123000001', AT_NS + 1n],
    [1_767_261_607, AT_NS - 123_000_000n],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    ['9999-01-01T00:00:00Z', undefined],
    ['99999999999999999999', undefined],
    ['noon', undefined],
    [true, undefined],
    [null, undefined],
  ])('reads %p', (value, instantNs) => {
    expect(readInstant(value)).toBe(instantNs);
  });
});

describe('readContainerPath', () => {
  const id = 'a1'.repeat(32);
  it.each([
    [
      `/var/log/containers/web-1_shop_web-${id}.log`,
      { namespace: 'shop', pod: 'web-1', container: 'web', containerId: id },
    ],
    [`kubernetes.var.log.containers.web-1_shop_my-web-${id}.log`, { container: 'my-web', containerId: id }],
    ['/var/log/pods/kube-system_etcd-a_0123456789abcdef0123456789abcdef/etcd/4.log', { pod: 'etcd-a', restart: 4 }],
  ])('reads %s', (path, facts) => {
    expect(readContainerPath(path)).toMatchObject(facts);
  });

  it.each([
    '/var/log/syslog',
    '',
    `/var/log/containers/a_b_c-${'g'.repeat(64)}.log`,
    `${'/var/log/pods/'.repeat(80)}x`,
  ])('knows that %.40j is none', (path) => {
    expect(readContainerPath(path)).toBeUndefined();
  });
});
