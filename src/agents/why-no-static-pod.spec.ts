import { describe, expect, it } from '@jest/globals';
import { whyNoStaticPod } from './why-no-static-pod.js';

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: busybox }] }\n';

describe('whyNoStaticPod', () => {
  it.each([
    ['one Pod'],
    ['one Pod after ---', `---\n${POD}`],
    [
      'one Pod as JSON',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a.b' },
        spec: { containers: [{ name: 'a', image: 'b' }] },
      }),
    ],
  ])('takes %s', (_, text = POD) => expect(whyNoStaticPod(text)).toBeUndefined());

  it.each([
    ['nothing', '', 'no document'],
    ['a comment', '# nothing', 'no document'],
    ['two Pods', `${POD}---\n${POD}`, 'several documents'],
    ['no YAML', 'a: [', 'no YAML'],
    ['a key twice', `${POD}kind: Pod\n`, 'no YAML'],
    ['an unknown tag', POD.replace('web', '!!js/function web'), 'no YAML'],
    ['a text', 'Pod', 'no Pod of v1'],
    ['a Deployment', POD.replace('kind: Pod', 'kind: Deployment'), 'no Pod of v1'],
    ['another version', POD.replace('v1', 'v2'), 'no Pod of v1'],
    ['no name', POD.replace('name: web }', 'labels: {} }'), 'metadata.name'],
    ['a wrong name', POD.replace('name: web }', 'name: ../web }'), 'metadata.name'],
    ['no containers', POD.replace(/\[.*\]/, '[]'), 'spec.containers'],
    ['a container without an image', POD.replace(', image: busybox', ''), 'spec.containers'],
    ['more than 64 KiB', `${POD}#${'x'.repeat(64 * 1024)}`, '64 KiB'],
    ['a depth that nothing can walk', `a: ${'['.repeat(30_000)}`, 'no YAML'],
    [
      'aliases that explode',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 6 }, (_, at) => `b${at}: &b${at} [${Array.from({ length: 9 }, () => `*${at === 0 ? 'a' : `b${at - 1}`}`).join()}]`).join('\n')}\n`,
      'no YAML',
    ],
  ])('refuses %s', (_, text, because) => {
    expect(whyNoStaticPod(text)).toContain(because);
  });
});
