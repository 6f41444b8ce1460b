import { type Measured, type MeasuredContainer, unmeasured } from './measured.js';

/** What has been read of a node, pod or container until its end. */
export interface SummaryPart {
  name: string | undefined;
  namespace: string | undefined;
  uid: string | undefined;
  readonly measured: Measured;
  containers: MeasuredContainer[];
  rootfsBytes: number;
  logsBytes: number;
}

/** A part of which nothing has been read yet. */
export function newPart(): SummaryPart {
  return {
    name: undefined,
    namespace: undefined,
    uid: undefined,
    measured: unmeasured(),
    containers: [],
    rootfsBytes: NaN,
    logsBytes: NaN,
  };
}
