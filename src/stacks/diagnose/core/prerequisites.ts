import type { ManifestObject } from '../../core/manifest-object.js';
import { readField, readList } from '../../core/read-field.js';
import { isDefaultClass } from './claim-cause.js';

/** Undefined: it could not be read. */
export interface PrerequisiteFacts {
  readonly namespace: string;
  /** The EndpointSlices of the Service kube-system/kube-dns. */
  readonly dnsSlices: readonly ManifestObject[] | undefined;
  /** Whether the namespace has the ConfigMap kube-root-ca.crt. */
  readonly hasRootCa: boolean | undefined;
  readonly servesRbac: boolean;
  /** The release's claims, also those that its StatefulSets make. */
  readonly claims: readonly unknown[];
  readonly storageClasses: readonly ManifestObject[] | undefined;
}

/** What a stack takes for granted, and whether it is so. */
export interface Prerequisite {
  readonly name: 'dns' | 'service-account-ca' | 'rbac' | 'default-storage-class';
  readonly state: 'met' | 'notMet' | 'unknown';
  readonly because: string;
  readonly whatToDo?: string;
}

type Judged = readonly [isMet: boolean | undefined, met: string, notMet: string, whatToDo: string];

/** What the installation of a cluster must have brought. A default storage class counts only where a claim needs one. */
export function prerequisitesOf(facts: PrerequisiteFacts): readonly Prerequisite[] {
  const { namespace, dnsSlices, hasRootCa, servesRbac, storageClasses } = facts;
  const needsDefault = facts.claims.some((claim) => readField(claim, 'spec', 'storageClassName') === undefined);
  const rows: readonly (readonly [Prerequisite['name'], Judged])[] = [
    [
      'dns',
      [
        dnsSlices?.some(hasReady),
        'The Service kube-system/kube-dns has ready endpoints.',
        'The Service kube-system/kube-dns has no ready endpoint: names of Services have no addresses.',
        'Install CoreDNS, or see why its pods are not ready: kubectl -n kube-system get pods -l k8s-app=kube-dns.',
      ],
    ],
    [
      'service-account-ca',
      [
        hasRootCa,
        `The namespace ${namespace} has the ConfigMap kube-root-ca.crt.`,
        `The namespace ${namespace} has no ConfigMap kube-root-ca.crt: pods cannot trust the API server, and do not start with a token.`,
        'Start the controller manager with --root-ca-file.',
      ],
    ],
    [
      'rbac',
      [
        servesRbac,
        'The API server serves rbac.authorization.k8s.io/v1.',
        'The API server does not serve rbac.authorization.k8s.io/v1.',
        'Start the API server with --authorization-mode=Node,RBAC.',
      ],
    ],
    ...(needsDefault
      ? [
          [
            'default-storage-class',
            [
              storageClasses?.some(isDefaultClass),
              'There is a default storage class.',
              'There is no default storage class, and a claim of the release names none.',
              'Mark one: storageclass.kubernetes.io/is-default-class: "true"; or name one in the parameters.',
            ],
          ] as const,
        ]
      : []),
  ];
  return rows.map(([name, judged]) => prerequisite(name, judged));
}

function prerequisite(name: Prerequisite['name'], [isMet, met, notMet, whatToDo]: Judged): Prerequisite {
  if (isMet === undefined)
    return { name, state: 'unknown', because: 'Quartermaster may not read it; `unread` says which right is missing.' };
  return isMet ? { name, state: 'met', because: met } : { name, state: 'notMet', because: notMet, whatToDo };
}

function hasReady(slice: ManifestObject): boolean {
  return readList(slice, 'endpoints').some((endpoint) => readField(endpoint, 'conditions', 'ready') !== false);
}
