import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract, type Entry, type Headers } from 'tar-stream';
import { StackError } from '../catalogue/stack-error.js';
import { STACK_LIMITS } from '../catalogue/stack-limits.js';

/** What an archive holds. */
export interface StackArchive {
  /** The folder that its files lie in; absent: they lie at the top. */
  readonly folder?: string;
  /** By name, without the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** No hidden files, nothing that a file system or a terminal could take for something else. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const TYPES = new Set<Headers['type']>(['file', 'directory']);
const unzip = promisify(gunzip);

/**
 * Unpacks a tar (POSIX, pax or GNU; plain or gzipped) in memory; nothing is written anywhere. A stack is files in one folder or at the top, so whatever else an archive can hold is refused:
 * paths that lead elsewhere, links, devices, names that stand twice or differ in capitals alone.
 *
 * @throws StackError
 */
export async function readArchive(archive: Buffer): Promise<StackArchive> {
  const tar = await unpacked(archive);
  const reading = new ArchiveReading();
  const entries = extract();
  try {
    const taken = reading.take(entries);
    entries.end(tar); // what is wrong with it comes out of the entries
    await taken;
  } catch (error) {
    throw error instanceof StackError ? error : new StackError('archive: is broken or no tar');
  }
  return reading.result();
}

async function unpacked(archive: Buffer): Promise<Buffer> {
  const isGzip = archive[0] === 0x1f && archive[1] === 0x8b;
  if (!isGzip && archive.length > STACK_LIMITS.unpackedBytes) throw tooLarge();
  if (!isGzip) return archive;
  try {
    return await unzip(archive, { maxOutputLength: STACK_LIMITS.unpackedBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new StackError('archive: is no gzip, or is cut off');
  }
}

function tooLarge(): StackError {
  return new StackError(`archive: has more than ${STACK_LIMITS.unpackedBytes} bytes when it is unpacked`);
}

/** Goes through the entries of one archive. */
class ArchiveReading {
  readonly #files = new Map<string, Buffer>();
  readonly #folders = new Set<string>();
  /** In small letters. */
  readonly #seen = new Set<string>();
  #entries = 0;
  #leftBytes: number = STACK_LIMITS.bytes;

  async take(entries: AsyncIterable<Entry>): Promise<void> {
    for await (const entry of entries) await this.#takeOne(entry);
  }

  /** @throws StackError when the files lie in several places */
  result(): StackArchive {
    const [folder = '', ...others] = this.#folders;
    if (this.#files.size === 0) throw new StackError('archive: has no files');
    if (others.length > 0) throw new StackError('archive: its files must lie in one folder, or all at the top');
    return { files: this.#files, ...(folder === '' ? {} : { folder }) };
  }

  async #takeOne(entry: Entry): Promise<void> {
    const { name, type, size = 0 } = entry.header;
    this.#entries += 1;
    if (this.#entries > STACK_LIMITS.entries)
      throw new StackError(`archive: has more than ${STACK_LIMITS.entries} files and folders`);
    const shown = JSON.stringify(name.slice(0, 200));
    if (!TYPES.has(type)) throw new StackError(`archive: ${shown} is a ${type ?? 'thing of unknown type'}, not a file`);
    const parts = partsOf(name, type === 'directory');
    if (!parts.every((part) => NAME.test(part)))
      throw new StackError(
        `archive: ${shown} is no name of a file: letters, digits, '.', '_' and '-', no hidden files, no path out of the archive`,
      );
    if (parts.length > (type === 'directory' ? 1 : 2))
      throw new StackError(`archive: ${shown} lies too deep: a stack is one folder without folders in it`);
    this.#once(parts, shown);
    if (type === 'directory') return void entry.resume();
    if (!(size >= 0 && size <= this.#leftBytes))
      throw new StackError(`archive: its files have more than ${STACK_LIMITS.bytes} bytes`);
    this.#leftBytes -= size;
    this.#folders.add(parts.length === 2 ? (parts[0] ?? '') : '');
    this.#files.set(parts.at(-1) ?? '', await buffer(entry));
  }

  #once(parts: readonly string[], shown: string): void {
    const key = parts.join('/').toLowerCase();
    if (this.#seen.has(key)) throw new StackError(`archive: ${shown} stands twice (capitals make no difference)`);
    this.#seen.add(key);
  }
}

/** `./hello/stack.yaml` as `hello`, `stack.yaml`; of the archive's own folder `./` nothing. */
function partsOf(name: string, isFolder: boolean): readonly string[] {
  const plain = isFolder && name.endsWith('/') ? name.slice(0, -1) : name;
  if (isFolder && plain === '.') return [];
  return (plain.startsWith('./') ? plain.slice(2) : plain).split('/');
}
