import type { KubernetesEvent, ObjectReference } from '../kubernetes-event.js';

export const EVENTS_AT_MS = Date.UTC(2026, 0, 2, 14);

type Parts = Partial<Omit<KubernetesEvent, 'regarding'>> & { readonly regarding?: Partial<ObjectReference> };

/** An event of pod `web-1` in namespace `shop`, as it is told once. */
export function anEvent(uid: string, { regarding, ...parts }: Parts = {}): KubernetesEvent {
  const firstAtMs = parts.firstAtMs ?? parts.lastAtMs ?? EVENTS_AT_MS;
  return {
    uid,
    namespace: 'shop',
    name: `web-1.${uid}`,
    resourceVersion: '1',
    type: 'Normal',
    reason: 'Pulled',
    note: 'Container image "registry.example/web:1" already present on machine',
    regarding: { kind: 'Pod', apiVersion: 'v1', namespace: 'shop', name: 'web-1', uid: 'pod-1', ...regarding },
    reportingController: 'kubelet',
    firstAtMs,
    lastAtMs: firstAtMs,
    count: 1,
    isSeries: false,
    ...parts,
  };
}
