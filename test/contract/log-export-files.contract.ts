import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ExportTooLargeError, type LogExportFiles } from '../../src/logs/export/log-export-files.port.js';

const MOST = 1024 * 1024;

async function* texts(...parts: string[]): AsyncGenerator<string> {
  yield* parts;
}

/** What every place for exports promises. */
export function describeLogExportFiles(where: string, open: () => Promise<LogExportFiles>): void {
  describe(`exports of logs in ${where}`, () => {
    let files: LogExportFiles;
    beforeEach(async () => {
      files = await open();
    });
    const read = async (id: string): Promise<string | undefined> => {
      const opened = await files.open(id);
      if (!opened) return undefined;
      const bytes = await buffer(opened.stream);
      expect(bytes).toHaveLength(opened.bytes);
      return gunzipSync(bytes).toString();
    };

    it('are kept as they were written', async () => {
      expect(await files.write('one', texts('a\n', 'ü\n'), MOST)).toBeGreaterThan(0);
      expect([await read('one'), await read('other')]).toEqual(['a\nü\n', undefined]);
    });

    it('are replaced when they are written again', async () => {
      await files.write('one', texts('first'), MOST);
      await files.write('one', texts('second'), MOST);
      expect(await read('one')).toBe('second');
    });

    it('may be empty', async () => {
      await files.write('one', texts(), MOST);
      expect(await read('one')).toBe('');
    });

    it('are not there when their writing broke off, and what was there before is', async () => {
      async function* broken(): AsyncGenerator<string> {
        yield 'half';
        throw new Error('the store went away');
      }
      await expect(files.write('one', broken(), MOST)).rejects.toThrow('the store went away');
      expect(await read('one')).toBeUndefined();
      await files.write('two', texts('whole'), MOST);
      await expect(files.write('two', broken(), MOST)).rejects.toThrow();
      expect(await read('two')).toBe('whole');
      expect(await files.removeBefore(Infinity)).toBe(1);
    });

    it('are at most as large as was said', async () => {
      const bytes = await files.write('one', texts('some text'), MOST);
      expect(await files.write('two', texts('some text'), bytes)).toBe(bytes);
      await expect(files.write('three', texts('some text'), bytes - 1)).rejects.toThrow(ExportTooLargeError);
      expect(await read('three')).toBeUndefined();
    });

    it('are removed when they are old', async () => {
      await files.write('one', texts('a'), MOST);
      expect([await files.removeBefore(Date.now() - 60_000), await read('one')]).toEqual([0, 'a']);
      expect([await files.removeBefore(Date.now() + 60_000), await read('one')]).toEqual([1, undefined]);
    });
  });
}
