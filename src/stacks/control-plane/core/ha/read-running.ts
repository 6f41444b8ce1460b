import type { ManifestObject } from '../../../core/manifest-object.js';
import { readField, readList, readText } from '../../../core/read-field.js';
import { parseFlags } from '../parse-flags.js';
import { componentOf, containerOf, isReady } from '../read-replicas.js';
import type { HostMount, RunningComponent } from './ha-facts.js';

/** What the control plane's pods are run from, the ready ones first, then by node. Volumes that are no paths of the node are none of a static pod's. */
export function readRunning(pods: readonly ManifestObject[]): readonly RunningComponent[] {
  return pods
    .flatMap((pod): RunningComponent[] => {
      const component = componentOf(pod);
      const node = readText(pod, 'spec', 'nodeName');
      if (!component || node === '') return [];
      const container = containerOf(pod, component);
      return [
        {
          component,
          node,
          isReady: isReady(pod),
          image: readText(container, 'image'),
          flags: parseFlags([...readList(container, 'command'), ...readList(container, 'args')]),
          mounts: readMounts(pod, container),
        },
      ];
    })
    .toSorted((left, right) => Number(right.isReady) - Number(left.isReady) || (left.node < right.node ? -1 : 1));
}

function readMounts(pod: ManifestObject, container: unknown): readonly HostMount[] {
  const mounts = readList(container, 'volumeMounts');
  return readList(pod, 'spec', 'volumes').flatMap((volume) => {
    const name = readText(volume, 'name');
    const path = readText(volume, 'hostPath', 'path');
    const type = readText(volume, 'hostPath', 'type');
    if (path === '') return [];
    return mounts
      .filter((mount) => readText(mount, 'name') === name)
      .map((mount) => ({
        name,
        path,
        mountPath: readText(mount, 'mountPath'),
        ...(type === '' ? {} : { type }),
        readOnly: readField(mount, 'readOnly') === true,
      }));
  });
}
