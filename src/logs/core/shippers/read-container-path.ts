import type { LineOrigin } from '../read-line.js';

/** What the name of a container's log file tells. */
export type PathFacts = Pick<LineOrigin, 'namespace' | 'pod' | 'podUid' | 'container' | 'containerId' | 'restart'>;

const NAME = String.raw`[a-z0-9](?:[-a-z0-9.]{0,252})`;
/** The link that the kubelet makes; Fluentd's tag is the same with dots for slashes. */
const CONTAINERS = new RegExp(
  String.raw`var[/.]log[/.]containers[/.](${NAME})_(${NAME})_(${NAME})-([0-9a-f]{64})\.log`,
);
/** The file itself. */
const PODS = new RegExp(
  String.raw`var[/.]log[/.]pods[/.](${NAME})_(${NAME})_([-0-9a-f]{32,36})[/.](${NAME})[/.](\d{1,9})\.log`,
);

/**
 * Reads `/var/log/containers/<pod>_<namespace>_<container>-<id>.log` and `/var/log/pods/<namespace>_<pod>_<uid>/<container>/<restart>.log`, as a path or as Fluentd's
 * tag of one (kubernetes/kubernetes pkg/kubelet/kuberuntime/helpers.go). Undefined for another file.
 */
export function readContainerPath(path: string): PathFacts | undefined {
  if (path.length > 1_000) return undefined;
  const link = CONTAINERS.exec(path);
  if (link) {
    const [, pod = '', namespace = '', container = '', containerId = ''] = link;
    return { namespace, pod, container, containerId };
  }
  const file = PODS.exec(path);
  if (!file) return undefined;
  const [, namespace = '', pod = '', podUid = '', container = '', restart] = file;
  return { namespace, pod, podUid, container, restart: Number(restart) };
}
