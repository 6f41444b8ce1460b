import type { ResizeDecisionRecord } from './resizer-records.port.js';
import type { ResizeDecisionView, ResizerView } from './resizer-view.schema.js';
import type { KnownResizer } from './resizers.service.js';

export function resizerView(resizer: KnownResizer): ResizerView {
  const { name, body, createdBy, createdAtMs, updatedBy, updatedAtMs } = resizer;
  const createdAt = new Date(createdAtMs).toISOString();
  return { name, ...body, createdBy, createdAt, updatedBy, updatedAt: new Date(updatedAtMs).toISOString() };
}

export function decisionView({ id, atMs, outcome, because, details }: ResizeDecisionRecord): ResizeDecisionView {
  return { id, at: new Date(atMs).toISOString(), outcome, because, details };
}
