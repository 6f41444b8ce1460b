/** Put into a job's progress, the one field of a job that anybody may change while it runs: its worker sees it and stops the handler. */
export const CANCEL_MARK = { cancelled: true } as const;

export function isCancelled(progress: unknown): boolean {
  return typeof progress === 'object' && progress !== null && (progress as { cancelled?: unknown }).cancelled === true;
}

const ID = /^[\w.-]{1,200}$/;
const RELEASED_BY_SCHEDULE = /^repeat:/;

/**
 * The id of a job in its BullMQ queue, where jobs of several names stand together. What a schedule has released has an id of BullMQ's own, which is kept.
 */
export function idInQueue(name: string, id: string): string {
  if (RELEASED_BY_SCHEDULE.test(id)) return id;
  if (!ID.test(id))
    throw new Error(`A job's id has 1 to 200 letters, digits, dots, underscores or hyphens; this one has not: ${id}`);
  return `${name}/${id}`;
}

/** The id as the port knows it. */
export function idOutOfQueue(name: string, jobId: string): string {
  return jobId.startsWith(`${name}/`) ? jobId.slice(name.length + 1) : jobId;
}
