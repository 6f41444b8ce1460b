import { describe, expect, it } from '@jest/globals';
import { decideTransport } from './decide-transport.js';

describe('decideTransport', () => {
  it.each([
    ['127.0.0.1', false, false, { scheme: 'http' }],
    ['127.9.9.9', false, false, { scheme: 'http' }],
    ['::1', false, false, { scheme: 'http' }],
    ['localhost', false, false, { scheme: 'http' }],
    ['0.0.0.0', false, false, { scheme: 'https', certificate: 'own' }],
    ['::', false, false, { scheme: 'https', certificate: 'own' }],
    ['10.0.0.5', false, false, { scheme: 'https', certificate: 'own' }],
    ['128.0.0.1', false, false, { scheme: 'https', certificate: 'own' }],
    ['127.example.com', false, false, { scheme: 'https', certificate: 'own' }],
    ['localhost.example.com', false, false, { scheme: 'https', certificate: 'own' }],
    ['0.0.0.0', false, true, { scheme: 'http', because: 'INSECURE_HTTP=true' }],
    ['0.0.0.0', true, false, { scheme: 'https', certificate: 'given' }],
    ['127.0.0.1', true, false, { scheme: 'https', certificate: 'given' }],
    ['0.0.0.0', true, true, { scheme: 'https', certificate: 'given' }],
  ])('on %s, certificate given: %s, INSECURE_HTTP: %s: %j', (host, hasCertificate, insecureHttp, expected) => {
    expect(decideTransport({ host, hasCertificate, insecureHttp })).toMatchObject(expected);
  });
});
