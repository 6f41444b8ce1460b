import { z } from 'zod';
import { type JobDefinition, ONCE } from './job-definition.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const release = z.string().min(1).max(63);
/** How long objects are waited for. */
const timeLimitMs = z
  .int()
  .min(SECOND)
  .max(60 * MINUTE);
/** A change of a release: done again until it has come to an end, whoever dies. */
const CHANGE = {
  attempts: 12,
  backoff: { type: 'fixed', delayMs: 5 * SECOND },
  timeLimitMs: 3 * 60 * MINUTE,
  keepsRun: true,
  startableBy: 'nobody',
} as const;

/** One manifest of one node, by what tells it from the one that was there before. */
const INSTALLED_MANIFEST = z.strictObject({
  node: z.string().min(1).max(253),
  component: z.enum(['kube-controller-manager', 'kube-scheduler', 'kube-vip']),
  fileName: z.string().min(1).max(100),
  digest: z.string().min(1).max(100),
});
const INSTANCE_LIMIT_MS = z
  .int()
  .min(SECOND)
  .max(10 * MINUTE);

/** The rows of stacks in the catalogue of jobs. */
export const STACK_JOBS = {
  'stacks.deploy': {
    title: 'Deploy a release',
    queue: 'stacks',
    payload: z.strictObject({
      release,
      revision: z.int().min(1),
      /** `correct` puts back what has drifted. */
      work: z.enum(['deploy', 'correct']),
      onFailure: z.enum(['keep', 'rollback', 'remove']),
      force: z.boolean(),
      replace: z.boolean(),
      timeLimitMs,
    }),
    ...CHANGE,
  },
  'stacks.remove': {
    title: 'Remove a release from the cluster',
    queue: 'stacks',
    payload: z.strictObject({
      release,
      /** What becomes of volumes, CRDs and a namespace that was made for it. */
      data: z.enum(['keep', 'delete']),
      timeLimitMs,
    }),
    ...CHANGE,
  },
  'stacks.check-drift': {
    title: 'Look for releases that are not as they were deployed',
    queue: 'stacks',
    payload: z.strictObject({}),
    ...ONCE,
    timeLimitMs: 30 * MINUTE,
    keepsRun: false,
    startableBy: 'operator',
  },
  'stacks.watch-leases': {
    title: 'Watch the Leases of the control plane',
    queue: 'stacks',
    payload: z.strictObject({ untilMs: z.int().min(0) }),
    attempts: 3,
    backoff: { type: 'fixed', delayMs: SECOND },
    timeLimitMs: 65 * MINUTE,
    keepsRun: true,
    startableBy: 'nobody',
  },
  'stacks.install-control-plane': {
    title: 'Install parts of the control plane on more nodes',
    queue: 'stacks',
    payload: z.strictObject({
      /** One manifest of one node each. */
      steps: z
        .array(
          INSTALLED_MANIFEST.extend({
            manifest: z.string().min(1).max(65_536),
            mustExist: z.array(z.string().max(500)).max(20).readonly(),
          }),
        )
        .min(1)
        .max(21),
      /** How long an instance may take to be ready. */
      timeLimitMs: INSTANCE_LIMIT_MS,
    }),
    ...CHANGE,
    timeLimitMs: 5 * 60 * MINUTE,
  },
  'stacks.uninstall-control-plane': {
    title: 'Take installed parts of the control plane from a node',
    queue: 'stacks',
    payload: z.strictObject({
      /** One manifest each. */
      steps: z.array(INSTALLED_MANIFEST).min(1).max(3),
      /** How long each may take to be away. */
      timeLimitMs: INSTANCE_LIMIT_MS,
    }),
    ...CHANGE,
  },
  'stacks.resize': {
    title: 'Evaluate the resizers, and do what they say',
    queue: 'stacks',
    payload: z.strictObject({}),
    ...ONCE,
    timeLimitMs: 10 * MINUTE,
    keepsRun: false,
    startableBy: 'nobody',
  },
} as const satisfies Readonly<Record<string, JobDefinition>>;
