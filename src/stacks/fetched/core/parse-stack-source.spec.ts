import { describe, expect, it } from '@jest/globals';
import { parseStackSource } from './parse-stack-source.js';

const DIGEST = `sha256:${'ab12'.repeat(16)}`;
const OTHER = `sha256:${'cd34'.repeat(16)}`;

describe('the source of a stack', () => {
  it.each([
    ['an archive', 'https://example.com/a/hello.tgz', DIGEST, 'https://example.com/a/hello.tgz'],
    ['an address that hides another', 'https://0x7f.1:8443/x/../a.tgz', DIGEST, 'https://127.0.0.1:8443/a.tgz'],
  ])('is %s, written in full', (_, source, digest, text) => {
    expect(parseStackSource(source, digest)).toEqual({ kind: 'archive', text, digest });
  });

  it.each([
    [
      'with the digest behind it',
      `oci://registry.example:5000/shop/hello@${DIGEST}`,
      undefined,
      'registry.example:5000',
    ],
    ['with the digest beside it', 'oci://registry.example/shop/hello', DIGEST, 'registry.example'],
    ['with both, the same', `oci://registry.example/shop/hello@${DIGEST}`, DIGEST, 'registry.example'],
    [
      'with a tag, which says nothing',
      `oci://registry.example/shop/hello:1.0@${DIGEST}`,
      undefined,
      'registry.example',
    ],
    ['of Docker Hub', `oci://shop/hello@${DIGEST}`, undefined, 'docker.io'],
  ])('is an artifact %s', (_, source, digest, registry) => {
    const text = `oci://${registry}/shop/hello`;
    const expected = { kind: 'oci', text, registry, repository: 'shop/hello', digest: DIGEST };
    expect(parseStackSource(source, digest)).toEqual(expected);
  });

  it.each<[string, string, string | undefined, 'source' | 'digest']>([
    ['without TLS', 'http://example.com/a.tgz', DIGEST, 'source'],
    ['a file', 'file:///etc/passwd', DIGEST, 'source'],
    ['no address', 'hello', DIGEST, 'source'],
    ['nothing', '', DIGEST, 'source'],
    ['with a user', 'https://ann@example.com/a.tgz', DIGEST, 'source'],
    ['with a password', 'https://ann:pw@example.com/a.tgz', DIGEST, 'source'],
    ['with a query, which may hold a secret', 'https://example.com/a.tgz?sig=1', DIGEST, 'source'],
    ['with a fragment', 'https://example.com/a.tgz#x', DIGEST, 'source'],
    ['without a digest', 'https://example.com/a.tgz', undefined, 'digest'],
    ['with another kind of digest', 'https://example.com/a.tgz', `sha512:${'a'.repeat(128)}`, 'digest'],
    ['with half a digest', 'https://example.com/a.tgz', 'sha256:abc', 'digest'],
    ['with capitals in the digest', 'https://example.com/a.tgz', `sha256:${'A'.repeat(64)}`, 'digest'],
    ['an artifact without a digest', 'oci://registry.example/a', undefined, 'digest'],
    ['an artifact by tag', 'oci://registry.example/a:1.0', undefined, 'digest'],
    ['an artifact with two digests', `oci://registry.example/a@${DIGEST}`, OTHER, 'digest'],
    ['an artifact with a user', `oci://ann:pw@registry.example/a@${DIGEST}`, undefined, 'digest'],
    ['an artifact with a path that climbs', `oci://registry.example/../a@${DIGEST}`, undefined, 'source'],
    ['an artifact with a query', `oci://registry.example/a?b@${DIGEST}`, undefined, 'source'],
    ['an artifact at no host', `oci://[::1]/a@${DIGEST}`, undefined, 'source'],
    ['an artifact without a repository', `oci://registry.example/@${DIGEST}`, undefined, 'source'],
  ])('is refused: %s', (_, source, digest, field) => {
    expect(parseStackSource(source, digest)).toMatchObject({ field, problem: expect.any(String) });
  });
});
