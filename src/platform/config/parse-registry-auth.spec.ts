import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../config.js';
import { parseRegistryAuth } from './parse-registry-auth.js';

const encoded = (text: string): string => Buffer.from(text).toString('base64');

describe('the users of registries', () => {
  it.each([
    [
      'as docker login writes them',
      { 'Registry.example:5000': { auth: encoded('ann:p:w') } },
      'registry.example:5000',
      'p:w',
    ],
    [
      'as kubectl writes them',
      { 'registry.example': { username: 'ann', password: 'pw', auth: 'x' } },
      'registry.example',
      'pw',
    ],
    ['of Docker Hub', { 'https://index.docker.io/v1/': { auth: encoded('ann:pw') } }, 'docker.io', 'pw'],
  ])('are read %s', (_, auths, registry, password) => {
    expect([...parseRegistryAuth(JSON.stringify({ auths }))]).toEqual([[registry, { username: 'ann', password }]]);
  });

  it.each([
    ['no JSON', 'ann:pw'],
    ['no auths', '{}'],
    ['a user without a password', JSON.stringify({ auths: { a: { auth: encoded('ann') } } })],
    ['a token of a helper', JSON.stringify({ auths: { a: { identitytoken: 'x' } } })],
  ])('are refused with %s, and the mistake shows nothing of them', (_, text) => {
    expect(() => readConfig({ STACK_REGISTRY_AUTH: text })).toThrow(
      /STACK_REGISTRY_AUTH=\(secret\): allowed: Docker's/,
    );
  });
});

describe('the hosts of stacks', () => {
  it.each([
    [undefined, ['*']],
    ['*, Registry.internal:5000', ['*', 'Registry.internal:5000']],
    ['none', []],
  ])('of %s are %j', (text, hosts) => {
    expect(readConfig({ STACK_SOURCES: text }).stackSources).toEqual(hosts);
  });

  it.each(['*.example.com', '10.0.0.0/8', 'https://example.com'])('are none of %s', (text) => {
    expect(() => readConfig({ STACK_SOURCES: text })).toThrow(/STACK_SOURCES/);
  });
});
