import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack, type Headers } from 'tar-stream';

/** One thing in an archive. */
export interface TarEntry extends Partial<Headers> {
  readonly name: string;
  readonly content?: string | Buffer;
}

/** A tar of just these entries, in their order. */
export async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const packing = pack();
  for (const { content = '', ...header } of entries) packing.entry(header, Buffer.from(content));
  packing.finalize();
  return buffer(packing);
}

/** A gzipped tar of a folder of files, as `tar czf` makes it. */
export async function stackArchive(folder: string, files: Readonly<Record<string, string>>): Promise<Buffer> {
  const entries = Object.entries(files).map(([name, content]) => ({ name: `${folder}/${name}`, content }));
  return gzipSync(await tarOf([{ name: `${folder}/`, type: 'directory' }, ...entries]));
}

/** `sha256:...` of some bytes. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The files of a small stack that can be used. */
export function smallStack(name: string, version = '1.0.0', data = 'x'): Record<string, string> {
  return {
    'stack.yaml': `apiVersion: quartermaster.io/v1
kind: Stack
name: ${name}
version: ${version}
title: A small one
description: A ConfigMap.
scope: namespaced
parameters: { type: object, additionalProperties: false, properties: { text: { type: string, title: T, description: T. } } }
files: [map.yaml]
sets: [{ parameter: text, at: [{ object: ConfigMap/map, path: /data/text }] }]
`,
    'map.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map }\ndata: { text: ${JSON.stringify(data)} }\n`,
  };
}
