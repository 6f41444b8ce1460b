import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { FolderFiles } from '../../src/stacks/catalogue/folder-files.js';
import { loadStack } from '../../src/stacks/catalogue/load-stack.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quartermaster-stack-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: {}\n';
const STACK = {
  apiVersion: 'quartermaster.io/v1',
  kind: 'Stack',
  name: 'x',
  version: '1.0.0',
  title: 'X',
  description: 'X.',
  scope: 'namespaced',
  parameters: { type: 'object', additionalProperties: false, properties: { a: { type: 'string' } } },
  files: ['a.yaml'],
};

function write(stack: object | string, manifest: string | Buffer = MAP): void {
  writeFileSync(join(folder, 'stack.yaml'), typeof stack === 'string' ? stack : stringify({ ...STACK, ...stack }));
  writeFileSync(join(folder, 'a.yaml'), manifest);
}
const at = (path: string, object = 'ConfigMap/web') => ({ sets: [{ parameter: 'a', at: [{ object, path }] }] });
const binding = (roleRef: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: b }\nroleRef: ${roleRef}\nsubjects: []\n`;
const deployment = (selector: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }\nspec: { selector: ${selector} }\n`;
/** Each line stands for ten of the line before. */
const bomb = ['a: &a0 [x]', ...Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${`*a${n},`.repeat(10)}]`)].join(
  '\n',
);

describe('loading a stack', () => {
  it('takes a small one', async () => {
    write({});
    expect(await loadStack(new FolderFiles(folder, USUAL_LIMITS), USUAL_LIMITS)).toMatchObject({
      name: 'x',
      documents: [{ kind: 'ConfigMap' }],
    });
  });

  it.each<[string, object | string, string | Buffer, RegExp]>([
    ['no YAML', ': [', MAP, /^stack\.yaml: /],
    ['an unknown field', { more: 1 }, MAP, /^stack\.yaml: .*more/],
    ['a key that stands twice', {}, 'a: 1\na: 2\n', /^a\.yaml: .*unique/i],
    ['a tag that makes something else', {}, 'a: !!js/function x\n', /^a\.yaml: .*tag/i],
    ['aliases that explode', {}, bomb, /^a\.yaml: .*alias/i],
    ['levels without end', {}, `a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, /^a\.yaml: /],
    ['more bytes than a stack may have', {}, Buffer.alloc(5_000_000, 'x'), /4194304 bytes/],
    ['more objects than a stack may have', {}, `${MAP}---\n`.repeat(301), /300/],
    ['bytes that are no text', {}, Buffer.from([0xff, 0xfe]), /UTF-8/],
    ['a path in the name of a file', { files: ['../a.yaml'] }, MAP, /without a path/],
    ['a file that is not there', { files: ['b.yaml'] }, MAP, /^b\.yaml: is not there/],
    ['an object that stands twice', {}, `${MAP}---\n${MAP}`, /ConfigMap\/web stands twice/],
    ['a kind that nobody knows', {}, 'apiVersion: a/v1\nkind: B\nmetadata: { name: c }\n', /a\/v1 B is not known/],
    [
      'an object of the cluster in a namespaced stack',
      {},
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: c }\n',
      /scope must be cluster/,
    ],
    ['a Secret in a file', {}, 'apiVersion: v1\nkind: Secret\nmetadata: { name: c }\n', /secret parameters/],
    [
      'a binding to a foreign role',
      {},
      binding('{ kind: ClusterRole, name: cluster-admin }'),
      /roleRef must name a role of this stack/,
    ],
    [
      'a selector that takes the pods of others',
      {},
      deployment('{ matchLabels: { a: b } }'),
      /app\.kubernetes\.io\/instance/,
    ],
    [
      'a parameter that there is not',
      { sets: [{ parameter: 'b', at: [{ object: 'ConfigMap/web', path: '/data/b' }] }] },
      MAP,
      /no parameter b/,
    ],
    ['a place in no object', at('/data/a', 'ConfigMap/b'), MAP, /no object ConfigMap\/b/],
    ['a place in an item that there is not', at('/list[name=a]/b'), MAP, /has no \/list\[name=a\]\/b/],
    ['a place that says which object it is', at('/metadata/name'), MAP, /cannot set/],
    ['a place in the prototype', at('/data/__proto__/x'), MAP, /step that is none/],
    ['parameters that let anything through', { parameters: { type: 'object' } }, MAP, /additionalProperties: false/],
    [
      'a schema that is none',
      { parameters: { ...STACK.parameters, properties: { a: { type: 'text' } } } },
      MAP,
      /^parameters: /,
    ],
    [
      'a pattern that is not RE2',
      { parameters: { ...STACK.parameters, properties: { a: { type: 'string', pattern: '(?=x)' } } } },
      MAP,
      /^parameters: /,
    ],
    ['a secret parameter that is shown', { secrets: [{ parameter: 'a', secret: 's', key: 'k' }] }, MAP, /writeOnly/],
  ])('refuses %s', async (_, stack, manifest, reason) => {
    write(stack, manifest);
    await expect(loadStack(new FolderFiles(folder, USUAL_LIMITS), USUAL_LIMITS)).rejects.toMatchObject({
      name: 'StackError',
      message: expect.stringMatching(reason),
    });
  });

  it('follows no link out of its folder', async () => {
    write({ files: ['link.yaml'] });
    symlinkSync('/etc/passwd', join(folder, 'link.yaml'));
    await expect(loadStack(new FolderFiles(folder, USUAL_LIMITS), USUAL_LIMITS)).rejects.toThrow(
      'link.yaml: is a symbolic link, which is not followed',
    );
  });
});
