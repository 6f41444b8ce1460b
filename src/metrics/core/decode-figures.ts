/** Reads the groups of figures of a node, a pod or a container: CPU, memory, network, I/O pressure, swap, processes. */
import { END } from './json-cursor.js';
import { resourceOf, slotOf, type Measured, type MeasuredResource } from './measured.js';
import { readStorage } from './decode-storage.js';
import { KEY } from './summary-keys.js';
import type { SummaryPart } from './summary-part.js';
import type { SummaryReader } from './summary-reader.js';

const SLOT = {
  cpuUsage: slotOf('cpu/usage'),
  memoryUsage: slotOf('memory/usage'),
  workingSet: slotOf('memory/working_set'),
  rss: slotOf('memory/rss'),
  memoryAvailable: slotOf('memory/available'),
  pageFaults: slotOf('memory/page_faults'),
  majorPageFaults: slotOf('memory/major_page_faults'),
  rx: slotOf('network/rx'),
  rxErrors: slotOf('network/rx_errors'),
  tx: slotOf('network/tx'),
  txErrors: slotOf('network/tx_errors'),
  cpuSome: slotOf('cpu/psi_some'),
  cpuFull: slotOf('cpu/psi_full'),
  memorySome: slotOf('memory/psi_some'),
  memoryFull: slotOf('memory/psi_full'),
  ioSome: slotOf('io/psi_some'),
  ioFull: slotOf('io/psi_full'),
};
const SWAP = new Map([
  [KEY.swapUsageBytes, slotOf('swap/usage')],
  [KEY.swapAvailableBytes, slotOf('swap/available')],
]);
const PROCESSES = new Map([
  [KEY.process_count, slotOf('process/count')],
  [KEY.curproc, slotOf('process/count')],
  [KEY.maxpid, slotOf('process/limit')],
]);
/** Where an interface's counters stand among the metrics of its family; each is followed by its rate. */
const INTERFACE = { rx: 0, rxErrors: 2, tx: 4, txErrors: 6 };

/** Reads the group under `key` of a node, a pod or a container into what is measured of it; whatever is no figure is passed over. */
export function readFigures(reader: SummaryReader, key: number, part: SummaryPart): void {
  const { measured } = part;
  switch (key) {
    case KEY.cpu:
      return cpu(reader, measured);
    case KEY.memory:
      return memory(reader, measured);
    case KEY.network:
      return network(reader, measured);
    case KEY.io:
      return io(reader, measured);
    case KEY.swap:
      return numbers(reader, measured, SWAP);
    case KEY.rlimit:
    case KEY.process_stats:
      return numbers(reader, measured, PROCESSES);
    default:
      return readStorage(reader, key, part);
  }
}

function cpu(reader: SummaryReader, measured: Measured): void {
  if (!reader.enterGroup()) return;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.time) measured.cpuAtMs = reader.instant();
    else if (key === KEY.usageCoreNanoSeconds) measured.values[SLOT.cpuUsage] = reader.quantity();
    else if (key === KEY.psi) psi(reader, measured, SLOT.cpuSome, SLOT.cpuFull);
    else reader.skip();
  }
}

function memory(reader: SummaryReader, measured: Measured): void {
  if (!reader.enterGroup()) return;
  const { values } = measured;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.time) measured.memoryAtMs = reader.instant();
    else if (key === KEY.usageBytes) values[SLOT.memoryUsage] = reader.quantity();
    else if (key === KEY.workingSetBytes) values[SLOT.workingSet] = reader.quantity();
    else if (key === KEY.rssBytes) values[SLOT.rss] = reader.quantity();
    else if (key === KEY.availableBytes) values[SLOT.memoryAvailable] = reader.quantity();
    else if (key === KEY.pageFaults) values[SLOT.pageFaults] = reader.quantity();
    else if (key === KEY.majorPageFaults) values[SLOT.majorPageFaults] = reader.quantity();
    else if (key === KEY.psi) psi(reader, measured, SLOT.memorySome, SLOT.memoryFull);
    else reader.skip();
  }
}

function io(reader: SummaryReader, measured: Measured): void {
  if (!reader.enterGroup()) return;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.time) measured.ioAtMs = reader.instant();
    else if (key === KEY.psi) psi(reader, measured, SLOT.ioSome, SLOT.ioFull);
    else reader.skip();
  }
}

function psi(reader: SummaryReader, { values }: Measured, someSlot: number, fullSlot: number): void {
  if (!reader.enterObject()) return;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.some) values[someSlot] = reader.quantityUnder(KEY.total);
    else if (key === KEY.full) values[fullSlot] = reader.quantityUnder(KEY.total);
    else reader.skip();
  }
}

function network(reader: SummaryReader, measured: Measured): void {
  if (!reader.enterGroup()) return;
  const { values } = measured;
  let interfaces: MeasuredResource[] = [];
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.time) measured.networkAtMs = reader.instant();
    else if (key === KEY.rxBytes) values[SLOT.rx] = reader.quantity();
    else if (key === KEY.rxErrors) values[SLOT.rxErrors] = reader.quantity();
    else if (key === KEY.txBytes) values[SLOT.tx] = reader.quantity();
    else if (key === KEY.txErrors) values[SLOT.txErrors] = reader.quantity();
    else if (key === KEY.interfaces) interfaces = readInterfaces(reader);
    else reader.skip();
  }
  const isDefaultTold = !Number.isNaN(values[SLOT.rx]) || !Number.isNaN(values[SLOT.tx]);
  if (interfaces.length > 1 || reader.place === 'node' || !isDefaultTold) measured.interfaces.push(...interfaces);
}

function readInterfaces(reader: SummaryReader): MeasuredResource[] {
  const found: MeasuredResource[] = [];
  if (!reader.enterArray()) return found;
  while (reader.nextItem()) {
    if (!reader.enterObject()) continue;
    const one = resourceOf('node', 'interface', '');
    let name: string | undefined;
    for (let key = reader.next(); key !== END; key = reader.next()) {
      if (key === KEY.name) name = reader.text();
      else if (key === KEY.rxBytes) one.values[INTERFACE.rx] = reader.quantity();
      else if (key === KEY.rxErrors) one.values[INTERFACE.rxErrors] = reader.quantity();
      else if (key === KEY.txBytes) one.values[INTERFACE.tx] = reader.quantity();
      else if (key === KEY.txErrors) one.values[INTERFACE.txErrors] = reader.quantity();
      else reader.skip();
    }
    if (name) found.push({ resource: `Interface:${name}`, values: one.values });
  }
  return found;
}

/** A group of plain numbers. @param slots where each goes, by its key */
function numbers(reader: SummaryReader, { values }: Measured, slots: ReadonlyMap<number, number>): void {
  if (!reader.enterGroup()) return;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    const slot = slots.get(key);
    if (slot === undefined) reader.skip();
    else values[slot] = reader.quantity();
  }
}
