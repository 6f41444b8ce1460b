import type { Cause } from './finding.js';

/** `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {a: b}. preemption: ...` (pkg/scheduler/framework/types.go, FitError, v1.34). */
const FIT_ERROR = /^(\d+)\/(\d+) nodes are available: (.*?)\.?(?: preemption:.*)?$/s;

type Advice = readonly [RegExp, string];

const ADVICE: readonly Advice[] = [
  [/Insufficient (\S+)/, 'Ask for less in the parameters, add nodes, or free what others have requested.'],
  [
    /didn't match Pod's node affinity\/selector/,
    'Label a node as its nodeSelector or node affinity says, or change these.',
  ],
  [/untolerated taint/, 'Give the pod a toleration for the taint, or take the taint off a node.'],
  [/were unschedulable/, 'Let a node take pods again: kubectl uncordon.'],
  [/didn't have free ports/, 'Another pod has its host port: use another one, or no host port.'],
  [/pod anti-affinity rules/, 'Add nodes, or soften the pod anti-affinity.'],
  [/pod affinity rules/, 'The pods that it wants to be near are nowhere: deploy them, or soften the pod affinity.'],
  [/topology spread constraints/, 'Add nodes in the missing domains, or soften topologySpreadConstraints.'],
  [
    /volume node affinity conflict/,
    'Its volume is bound to other nodes: make these take the pod, or use another volume.',
  ],
  [/Too many pods/, 'The nodes hold as many pods as they may: add nodes.'],
];

/** A message that is about a volume and not about nodes. */
export const UNBOUND_CLAIMS =
  /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]+" (?:not found|is being deleted)/;

/** Which predicate fails on how many nodes, from the message of the condition `PodScheduled` or of an event `FailedScheduling`. */
export function schedulingCause(message: string): Cause {
  const fit = FIT_ERROR.exec(message);
  const reasons = fit ? predicatesOf(fit[3] ?? '') : [];
  const advice = ADVICE.filter(([pattern]) => pattern.test(message)).map(([, text]) => text);
  return {
    cause: 'scheduling',
    because: fit
      ? [`${fit[1]} of ${fit[2]} nodes take it.`, ...reasons.map((reason) => `${reason}.`)]
      : [message || 'The scheduler has not found a node.'],
    whatToDo:
      advice.join(' ') ||
      'See what the scheduler says of the nodes: kubectl describe pod; and whether a scheduler runs.',
  };
}

/** `1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}` by predicate; a comma within one is not followed by a number. */
function predicatesOf(text: string): readonly string[] {
  return text
    .split(/, (?=\d+ )/)
    .filter((part) => part !== '')
    .map((part) => part.replace(/^(\d+) (?:node\(s\) )?/, 'On $1 nodes: ').replace(/^On 1 nodes/, 'On 1 node'));
}
