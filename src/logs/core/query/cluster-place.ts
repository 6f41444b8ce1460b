import type { LogRecord } from '../log-record.js';

/** What places and arrivals of lines begin with that were read from the cluster; those of stores do not. */
export const CLUSTER_PLACE = 'cluster ';

/** Where a line stands in the order of all lines of its pod: by time, then container, then its place in the log. */
export interface ClusterPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly timeNs: bigint;
  readonly sequence: number;
}

const PLACE = /^cluster ([a-z0-9-]{1,63}) ([a-z0-9.-]{1,253}) (\S{1,64}) ([a-z0-9-]{1,63}) (\d{1,19}) (\d{1,10})$/;

/** A place as an answer shows it. @param record of a pod */
export function writeClusterPlace(record: LogRecord): string {
  const { namespace, pod, podUid, container, timeNs, sequence } = record;
  return `${CLUSTER_PLACE}${namespace} ${pod} ${podUid} ${container} ${timeNs} ${sequence}`;
}

/** @returns undefined when it is none */
export function readClusterPlace(text: string): ClusterPlace | undefined {
  const [whole, namespace = '', pod = '', podUid = '', container = '', timeNs = '', sequence = ''] =
    PLACE.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { namespace, pod, podUid, container, timeNs: BigInt(timeNs), sequence: Number(sequence) };
}

type Placed = Pick<LogRecord, 'timeNs' | 'container' | 'sequence'>;

/** Sorts the lines of one pod, the oldest first. */
export function compareInPod(left: Placed, right: Placed): number {
  if (left.timeNs !== right.timeNs) return left.timeNs < right.timeNs ? -1 : 1;
  const [one, other] = [left.container ?? '', right.container ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  return left.sequence - right.sequence;
}
