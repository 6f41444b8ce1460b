import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { StackError } from '../catalogue/stack-error.js';
import { MAX_ARCHIVE_ENTRIES, maxUnpackedBytes, type StackLimits } from '../catalogue/stack-limits.js';
import { tarEntries, TarError, type TarEntry } from './core/tar-entries.js';

/** What an archive holds. */
export interface StackArchive {
  /** The folder that its files lie in; absent: they lie at the top. */
  readonly folder?: string;
  /** By name, without the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** No hidden files, nothing that a file system or a terminal could take for something else. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const FOLDER = '5';
/** `7` is a file that lay in one piece. */
const FILES: ReadonlySet<string> = new Set(['0', '7']);
const OTHERS: Readonly<Record<string, string>> = {
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'device',
  '4': 'device',
  '6': 'pipe',
  L: 'name that is too long',
};
const unzip = promisify(gunzip);

/**
 * Unpacks a tar, plain or gzipped, in memory; nothing is written anywhere. A stack is files in one folder or at the top, so whatever else an archive can hold is refused:
 * paths that lead elsewhere, links, devices, names that stand twice or differ in capitals alone.
 *
 * @throws StackError
 */
export async function readArchive(archive: Buffer, limits: Pick<StackLimits, 'stackMaxBytes'>): Promise<StackArchive> {
  const reading = new ArchiveReading(limits.stackMaxBytes);
  try {
    for (const entry of tarEntries(await unpacked(archive, maxUnpackedBytes(limits)))) reading.take(entry);
  } catch (error) {
    throw error instanceof TarError ? new StackError(`archive: ${error.message}`) : error;
  }
  return reading.result();
}

async function unpacked(archive: Buffer, maxBytes: number): Promise<Buffer> {
  const isGzip = archive[0] === 0x1f && archive[1] === 0x8b;
  if (!isGzip && archive.length > maxBytes) throw tooLarge(maxBytes);
  if (!isGzip) return archive;
  try {
    return await unzip(archive, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new StackError('archive: is no gzip, or is cut off');
  }
}

function tooLarge(maxBytes: number): StackError {
  return new StackError(`archive: has more than ${maxBytes} bytes when it is unpacked (1.5 times STACK_MAX_BYTES)`);
}

/** Goes through the entries of one archive. */
class ArchiveReading {
  readonly #files = new Map<string, Buffer>();
  readonly #folders = new Set<string>();
  /** In small letters. */
  readonly #seen = new Set<string>();
  #entries = 0;
  #leftBytes: number;

  constructor(private readonly maxBytes: number) {
    this.#leftBytes = maxBytes;
  }

  /** @throws StackError when this is nothing that a stack may have */
  take({ name, type, content }: TarEntry): void {
    this.#entries += 1;
    if (this.#entries > MAX_ARCHIVE_ENTRIES)
      throw new StackError(`archive: has more than ${MAX_ARCHIVE_ENTRIES} files and folders`);
    const shown = JSON.stringify(name.slice(0, 200));
    const isFolder = type === FOLDER;
    if (!isFolder && !FILES.has(type))
      throw new StackError(`archive: ${shown} is a ${OTHERS[type] ?? 'thing of unknown type'}, not a file`);
    const parts = partsOf(name, isFolder);
    if (!parts.every((part) => NAME.test(part)))
      throw new StackError(
        `archive: ${shown} is no name of a file: letters, digits, '.', '_' and '-', no hidden files, no path out of the archive`,
      );
    if (parts.length > (isFolder ? 1 : 2))
      throw new StackError(`archive: ${shown} lies too deep: a stack is one folder without folders in it`);
    this.#once(parts, shown);
    if (isFolder) return;
    if (content.length > this.#leftBytes)
      throw new StackError(`archive: its files have more than ${this.maxBytes} bytes (STACK_MAX_BYTES)`);
    this.#leftBytes -= content.length;
    this.#folders.add(parts.length === 2 ? (parts[0] ?? '') : '');
    this.#files.set(parts.at(-1) ?? '', Buffer.from(content));
  }

  /** @throws StackError when the files lie in several places */
  result(): StackArchive {
    const [folder = '', ...others] = this.#folders;
    if (this.#files.size === 0) throw new StackError('archive: has no files');
    if (others.length > 0) throw new StackError('archive: its files must lie in one folder, or all at the top');
    return { files: this.#files, ...(folder === '' ? {} : { folder }) };
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
