/** Reads the file systems of a node, a pod or a container. */
import { END } from './json-cursor.js';
import { resourceOf, slotOf, type Measured } from './measured.js';
import { KEY } from './summary-keys.js';
import type { SummaryPart } from './summary-part.js';
import type { SummaryReader } from './summary-reader.js';

const EPHEMERAL_USAGE = slotOf('ephemeral_storage/usage');

/** Reads what is about disks under `key`; whatever else stands there is passed over. */
export function readStorage(reader: SummaryReader, key: number, part: SummaryPart): void {
  const { measured } = part;
  switch (key) {
    case KEY.fs:
      measured.values[EPHEMERAL_USAGE] = fileSystem(reader, measured, '/');
      return;
    case KEY.rootfs:
      part.rootfsBytes = fileSystem(reader, measured, '/');
      return;
    case KEY.logs:
      part.logsBytes = fileSystem(reader, measured, 'logs');
      return;
    case KEY['ephemeral-storage']:
      measured.values[EPHEMERAL_USAGE] = fileSystem(reader, measured, undefined);
      return;
    case KEY.runtime:
      return runtime(reader, measured);
    case KEY.volume:
      return volumes(reader, measured);
    default:
      reader.skip();
  }
}

function runtime(reader: SummaryReader, measured: Measured): void {
  if (!reader.enterObject()) return;
  for (let key = reader.nextKey(); key !== END; key = reader.nextKey()) {
    if (key === KEY.imageFs) fileSystem(reader, measured, 'imageFs');
    else if (key === KEY.containerFs) fileSystem(reader, measured, 'containerFs');
    else reader.skip();
  }
}

function volumes(reader: SummaryReader, measured: Measured): void {
  if (!reader.enterArray()) return;
  while (reader.nextItem()) fileSystem(reader, measured, 'Volume:');
}

/**
 * Adds a file system unless nothing of it is known, or `resource` is undefined; a volume is named by its own name, and stands a second time under its claim.
 * @returns the bytes used
 */
function fileSystem(reader: SummaryReader, measured: Measured, resource: string | undefined): number {
  if (!reader.enterGroup()) return NaN;
  const one = resourceOf('node', 'filesystem', '');
  const { values } = one;
  let name: string | undefined;
  let claim: string | undefined;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.usedBytes) values[0] = reader.quantity();
    else if (key === KEY.capacityBytes) values[1] = reader.quantity();
    else if (key === KEY.availableBytes) values[2] = reader.quantity();
    else if (key === KEY.inodes) values[3] = reader.quantity();
    else if (key === KEY.inodesFree) values[4] = reader.quantity();
    else if (key === KEY.inodesUsed) values[5] = reader.quantity();
    else if (key === KEY.name) name = reader.text();
    else if (key === KEY.pvcRef) claim = reader.textUnder(KEY.name);
    else reader.skip();
  }
  const isNamed = resource !== undefined && (resource !== 'Volume:' || Boolean(name));
  if (isNamed && values.some((value) => !Number.isNaN(value))) {
    put(measured, resource === 'Volume:' ? resource + name : resource, values);
    if (claim) put(measured, `Claim:${claim}`, values);
  }
  return values[0] ?? NaN;
}

/** Once: a pod may have one claim in several of its volumes. */
function put({ resources }: Measured, resource: string, values: number[]): void {
  if (!resources.some((one) => one.resource === resource)) resources.push({ resource, values });
}
