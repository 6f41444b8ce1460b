/** A control that a pod fails. */
export interface PodSecurityFault {
  readonly standard: 'baseline' | 'restricted';
  /** `hostNetwork`, `containers[web].securityContext.privileged` */
  readonly field: string;
  /** Reads on after the field. */
  readonly problem: string;
}

interface Profile {
  readonly type?: string;
}

/** What a pod and a container may say of their security alike. */
export interface SharedContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: Profile;
  readonly appArmorProfile?: Profile;
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

export interface ContainerFields {
  readonly name?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
  readonly securityContext?: SharedContext & {
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly procMount?: string;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
}

export interface PodFields {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly volumes?: readonly (Readonly<Record<string, unknown>> & { readonly name?: string })[];
  readonly securityContext?: SharedContext & { readonly sysctls?: readonly { readonly name: string }[] };
  readonly containers?: readonly ContainerFields[];
  readonly initContainers?: readonly ContainerFields[];
  readonly ephemeralContainers?: readonly ContainerFields[];
}

/** All containers with the path to each. */
export function containersOf(spec: PodFields): (readonly [path: string, container: ContainerFields])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container) => [`${list}[${container.name ?? ''}]`, container] as const),
  );
}

/** The security contexts of the pod and of its containers, with the path to each. */
export function contextsOf(spec: PodFields): (readonly [path: string, context: SharedContext])[] {
  return [
    ['securityContext', spec.securityContext ?? {}],
    ...containersOf(spec).map(
      ([path, { securityContext = {} }]) => [`${path}.securityContext`, securityContext] as const,
    ),
  ];
}
