import { describe, expect, it } from '@jest/globals';
import { parseImageReference } from './image-reference.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('a reference to an image', () => {
  it.each([
    ['nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['nginx:1.25', { registry: 'docker.io', repository: 'library/nginx', tag: '1.25' }],
    ['index.docker.io/library/nginx:1', { registry: 'docker.io', repository: 'library/nginx', tag: '1' }],
    ['shop/web', { registry: 'docker.io', repository: 'shop/web' }],
    ['registry.example/web:1', { registry: 'registry.example', repository: 'web', tag: '1' }],
    ['registry.example:5000/shop/web', { registry: 'registry.example:5000', repository: 'shop/web' }],
    ['localhost/web', { registry: 'localhost', repository: 'web' }],
    [`web@${DIGEST}`, { registry: 'docker.io', repository: 'library/web', digest: DIGEST }],
    [`r.example/web:1@${DIGEST}`, { registry: 'r.example', repository: 'web', tag: '1', digest: DIGEST }],
  ])('%s is read as Docker reads it', (text, expected) => {
    const name = `${expected.registry}/${expected.repository}`;
    const tagged = 'tag' in expected ? { tagged: `${name}:${expected.tag}` } : {};
    expect(parseImageReference(text)).toEqual({ name, ...expected, ...tagged });
  });

  it.each([DIGEST, 'a'.repeat(64), '<none>:<none>', `web@<none>`, '', ':1', 'x'.repeat(1025)])('%s is none', (text) =>
    expect(parseImageReference(text)).toBeUndefined(),
  );
});
