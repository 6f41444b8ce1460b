import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { smallStack, stackArchive, tarOf, type TarEntry } from '../support/stack-archive.js';
import { StackError } from '../../src/stacks/catalogue/stack-error.js';
import { loadArchive } from '../../src/stacks/fetched/load-archive.js';
import { readArchive } from '../../src/stacks/fetched/read-archive.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

const FILES = smallStack('hello');
const entries = (prefix = '', more: readonly TarEntry[] = []): TarEntry[] => [
  ...Object.entries(FILES).map(([name, content]) => ({ name: `${prefix}${name}`, content })),
  ...more,
];
const MAP = FILES['map.yaml'] ?? '';
const altered = (file: string, content: string): Promise<Buffer> =>
  stackArchive('hello', { ...FILES, [file]: content });
/** Each line stands for ten of the line before. */
const ALIASES = [
  'a: &a0 [x]',
  ...Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${`*a${n},`.repeat(10)}]`),
].join('\n');

describe('an archive of a stack', () => {
  it.each<[string, () => Promise<Buffer>]>([
    ['of a folder, gzipped', () => stackArchive('hello', FILES)],
    ['of a folder, plain', () => tarOf(entries('hello/'))],
    ['of files at the top', () => tarOf(entries())],
    ['of the folder that one stands in', () => tarOf([{ name: './', type: 'directory' }, ...entries('./')])],
    ['with files beside, which are not looked at', () => tarOf(entries('hello/', [{ name: 'hello/LICENSE' }]))],
    ['that git has made', ofGit],
  ])('%s is loaded', async (_, archive) => {
    const { name, documents } = await loadArchive(await archive(), 'hello', USUAL_LIMITS);
    expect([name, documents.length]).toEqual(['hello', 1]);
  });

  const evil = (...more: TarEntry[]) => tarOf(entries('hello/', more));
  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['a path that climbs', () => evil({ name: 'hello/../../etc/passwd' }), /no name of a file/],
    ['a path that climbs at once', () => evil({ name: '../x.yaml' }), /no name of a file/],
    ['an absolute path', () => evil({ name: '/etc/passwd' }), /no name of a file/],
    ['a path of Windows', () => evil({ name: 'hello\\x.yaml' }), /no name of a file/],
    ['a drive', () => evil({ name: 'C:x.yaml' }), /no name of a file/],
    ['an empty part in a path', () => evil({ name: 'hello//x.yaml' }), /no name of a file/],
    ['a hidden file', () => evil({ name: 'hello/.git' }), /no name of a file/],
    ['letters that look like others', () => evil({ name: 'hello/stаck.yaml' }), /a path in a header of pax/],
    ['characters that a terminal obeys', () => evil({ name: 'hello/\u001b[2J' }), /no name of a file/],
    ['a name without end', () => evil({ name: `hello/${'a'.repeat(101)}` }), /no name of a file|pax/],
    [
      'a long path of pax',
      () => evil({ name: 'hello/x', pax: { path: '../../x' } } as TarEntry),
      /a path in a header of pax/,
    ],
    [
      'a symbolic link',
      () => evil({ name: 'hello/x', type: 'symlink', linkname: '/etc/passwd' }),
      /is a symbolic link/,
    ],
    ['a hard link', () => evil({ name: 'hello/x', type: 'link', linkname: 'hello/stack.yaml' }), /is a hard link/],
    ['a device', () => evil({ name: 'hello/x', type: 'character-device', devmajor: 1 }), /is a device/],
    ['a pipe', () => evil({ name: 'hello/x', type: 'fifo' }), /is a pipe/],
    ['a file that stands twice', () => evil({ name: 'hello/map.yaml', content: MAP }), /stands twice/],
    ['a file by two ways', () => evil({ name: './hello/map.yaml', content: MAP }), /stands twice/],
    ['a file in other capitals', () => evil({ name: 'hello/MAP.yaml' }), /stands twice/],
    ['a folder in the folder', () => evil({ name: 'hello/a/b.yaml' }), /too deep/],
    ['folders without end', () => evil({ name: `${'a/'.repeat(40)}b` }), /too deep/],
    ['files in two folders', () => evil({ name: 'other/x.yaml' }), /one folder/],
    ['files in the folder and beside it', () => evil({ name: 'x.yaml' }), /one folder/],
    [
      'too many files',
      () => evil(...Array.from({ length: 200 }, (_, n) => ({ name: `hello/f${n}` }))),
      /more than 200/,
    ],
    ['no files', () => tarOf([{ name: 'hello/', type: 'directory' }]), /has no files/],
    ['nothing', async () => Buffer.alloc(0), /cut off/],
    ['another name', () => stackArchive('other', FILES), /folder must be called hello/],
    ['no stack.yaml', () => stackArchive('hello', { 'map.yaml': MAP }), /^stack\.yaml: is not there/],
    [
      'a file that is not in it',
      () => altered('stack.yaml', (FILES['stack.yaml'] ?? '').replace('map', 'no')),
      /^no\.yaml: is not there/,
    ],
    [
      'bytes that are no text',
      () => evil({ name: 'hello/x' }).then(() => tarOf([{ name: 'stack.yaml', content: Buffer.from([0xff]) }])),
      /UTF-8/,
    ],
    [
      'more YAML than a stack may have',
      () => altered('map.yaml', `a: "${'x'.repeat(4_300_000)}"`),
      /more than 4194304 bytes/,
    ],
    [
      '100 MB of YAML in 100 kB',
      async () => gzipSync(await tarOf([{ name: 'map.yaml', content: Buffer.alloc(100e6, 'x') }])),
      /more than 6291456 bytes when it is unpacked/,
    ],
    ['a bomb in a bomb', async () => gzipSync(gzipSync(Buffer.alloc(20e6))), /no tar/],
    ['a tar that is too large', async () => Buffer.alloc(7e6), /more than 6291456 bytes/],
    ['aliases that explode', () => altered('map.yaml', ALIASES), /^map\.yaml: .*alias/i],
    ['a gzip that is cut off', async () => (await stackArchive('hello', FILES)).subarray(0, -20), /cut off/],
    ['a tar that is cut off', async () => (await tarOf(entries('hello/'))).subarray(0, 700), /cut off/],
    ['a tar that ends between two files', async () => (await tarOf(entries('hello/'))).subarray(0, 1536), /cut off/],
    ['a ZIP', async () => Buffer.from(`PK\u0003\u0004${'x'.repeat(600)}`), /no tar/],
    ['a size below nothing', async () => withSize(await tarOf(entries('hello/')), '-0000000001'), /archive: /],
    ['a size that is no number', async () => withSize(await tarOf(entries('hello/')), 'zzzzzzzzzzz'), /archive: /],
    ['a size beyond the end', async () => withSize(await tarOf(entries('hello/')), '00077777777'), /archive: /],
    [
      'a size of pax that is none',
      () => evil({ name: 'hello/x', content: 'x', pax: { size: '-5' } } as TarEntry),
      /archive: /,
    ],
  ])('is refused with %s', async (_, archive, reason) => {
    await expect(loadArchive(await archive(), 'hello', USUAL_LIMITS)).rejects.toMatchObject({
      name: 'StackError',
      message: expect.stringMatching(reason),
    });
  });

  it('that was mutilated is refused, or is files with proper names within the bounds', async () => {
    const whole = [await stackArchive('hello', FILES), await tarOf(entries('hello/'))];
    const cut = fc.record({ at: fc.nat(), keep: fc.nat(40), put: fc.uint8Array({ maxLength: 600 }) });
    const mutilated = fc.record({
      which: fc.constantFrom(...whole),
      cuts: fc.array(cut, { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(mutilated, async ({ which, cuts }) => {
        const archive = cuts.reduce((bytes, { at, keep, put }) => {
          const place = at % (bytes.length + 1);
          return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + keep)]);
        }, which);
        await expectHarmless(archive);
      }),
      { numRuns: 300 },
    );
  });

  it('whose headers were tampered with, checksums put right, is refused or harmless too', async () => {
    const tar = await tarOf(entries('hello/'));
    const change = fc.record({ at: fc.nat(511), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const copy = Buffer.from(tar);
        for (const { at, value } of changes) copy[at] = value;
        await expectHarmless(rechecked(copy));
      }),
      { numRuns: 500 },
    );
  });
});

async function expectHarmless(archive: Buffer): Promise<void> {
  try {
    const { files } = await readArchive(archive, USUAL_LIMITS);
    let bytes = 0;
    for (const [name, file] of files) {
      expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
      bytes += file.length;
    }
    expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  } catch (error) {
    expect(error).toBeInstanceOf(StackError);
  }
}

/** With a first entry that holds no file but a comment for the whole. */
async function ofGit(): Promise<Buffer> {
  const comment = { name: 'pax_global_header', content: '19 comment=abcdef1\n' };
  const tar = await tarOf([comment, ...entries('hello/')]);
  tar.write('g', 156, 'latin1');
  return rechecked(tar);
}

/** The first entry says that it has another size. */
function withSize(tar: Buffer, size: string): Buffer {
  const copy = Buffer.from(tar);
  copy.write(size, 124, 'latin1');
  return rechecked(copy);
}

/** The checksum of the first header put right. */
function rechecked(tar: Buffer): Buffer {
  tar.fill(' ', 148, 156);
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return tar;
}
