/** What is known of a pod of a workload. */
export interface PodState {
  readonly phase: string;
  readonly isReady: boolean;
  readonly isTerminating: boolean;
  /** Absent until it is scheduled. */
  readonly node?: string;
  readonly containers: readonly { readonly state: string; readonly reason?: string; readonly isReady: boolean }[];
}

/** Reasons of waiting containers as the kubelet names them (pkg/kubelet/images, pkg/kubelet/kuberuntime, v1.34), in words. */
const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: 'image cannot be pulled',
  ImagePullBackOff: 'image cannot be pulled',
  ErrImageNeverPull: 'image is not on the node and may not be pulled',
  InvalidImageName: "image's name is not valid",
  ImageInspectError: 'image cannot be read',
  RegistryUnavailable: 'registry cannot be reached',
  CrashLoopBackOff: 'it crashes again and again',
  CreateContainerConfigError: 'a ConfigMap or Secret that it names is missing, or its settings are not allowed',
  CreateContainerError: 'container cannot be made',
  RunContainerError: 'container cannot be started',
  PodInitializing: 'its init containers run',
  ContainerCreating: 'container is being made',
};

/** How the pods of a workload stand: `2 of 3 ready, 1 waiting: image cannot be pulled`. */
export function describePods(pods: readonly PodState[], desired: number): string {
  const alive = pods.filter(({ isTerminating, phase }) => !isTerminating && phase !== 'Failed');
  const ready = alive.filter(({ isReady }) => isReady).length;
  const reasons = new Map<string, number>();
  for (const pod of alive.filter(({ isReady }) => !isReady)) {
    const reason = whyNotReady(pod);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const missing = desired - alive.length;
  const parts = [
    `${ready} of ${desired} ready`,
    ...[...reasons].map(([reason, count]) => `${count} waiting: ${reason}`),
    ...(missing > 0 ? [`${missing} not made yet`] : []),
  ];
  return parts.join(', ');
}

function whyNotReady({ node, containers }: PodState): string {
  if (node === undefined) return 'no node was found for it yet';
  const stuck = containers.find(({ state, reason }) => state === 'waiting' && reason !== 'PodInitializing');
  const waiting = stuck ?? containers.find(({ state }) => state === 'waiting');
  if (waiting?.reason !== undefined) return `${WAITING[waiting.reason] ?? 'it waits'} (${waiting.reason})`;
  const ended = containers.find(({ state, isReady }) => state === 'terminated' && !isReady);
  if (ended) return `it ended (${ended.reason ?? 'no reason given'})`;
  return containers.some(({ state }) => state === 'running') ? 'it is not ready yet' : 'it is being started';
}
