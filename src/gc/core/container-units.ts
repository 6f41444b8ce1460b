interface InUnit {
  readonly podUid: string;
  readonly name: string;
}

/** The kubelet's eviction units: the instances of each container of each pod, in the order given. */
export function containerUnits<Container extends InUnit>(containers: readonly Container[]): Container[][] {
  const pods = new Map<string, Map<string, Container[]>>();
  for (const container of containers) {
    const ofPod = pods.get(container.podUid) ?? new Map<string, Container[]>();
    if (ofPod.size === 0) pods.set(container.podUid, ofPod);
    const unit = ofPod.get(container.name);
    if (unit) unit.push(container);
    else ofPod.set(container.name, [container]);
  }
  return [...pods.values()].flatMap((ofPod) => [...ofPod.values()]);
}
