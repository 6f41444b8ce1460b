import { z } from 'zod';
import { text } from '../../platform/http/described.js';

/** Where a stack is to be fetched from. */
export const StackSourceBody = z
  .strictObject({
    source: text(
      'An artifact in a registry (`oci://registry/repository@sha256:...`), or the `https://` address of a tar, plain or gzipped.',
      'https://example.com/stacks/hello-1.0.0.tgz',
    ).max(1000),
    digest: text(
      '`sha256:` and 64 hexadecimal digits: of the archive, or of the manifest of an artifact where `source` does not end with it.',
      `sha256:${'0123456789abcdef'.repeat(4)}`,
    )
      .max(100)
      .optional(),
  })
  .meta({ id: 'StackSource', description: 'Where a stack is to be fetched from, and the digest that it must have.' });
export type StackSourceBody = z.infer<typeof StackSourceBody>;
