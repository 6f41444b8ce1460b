interface InUnit {
  readonly podUid: string;
  readonly name: string;
}

/** A chain of the units of one pod: a pod has few containers. */
interface UnitsOfPod<Container> {
  readonly name: string;
  readonly instances: Container[];
  readonly next: UnitsOfPod<Container> | undefined;
}

/** The kubelet's eviction units: the instances of each container of each pod, in the order given. */
export function containerUnits<Container extends InUnit>(containers: readonly Container[]): Container[][] {
  const units: Container[][] = [];
  const pods = new Map<string, UnitsOfPod<Container>>();
  for (const container of containers) {
    const { podUid, name } = container;
    const ofPod = pods.get(podUid);
    let known = ofPod;
    while (known && known.name !== name) known = known.next;
    if (known) {
      known.instances.push(container);
      continue;
    }
    const instances = [container];
    units.push(instances);
    pods.set(podUid, { name, instances, next: ofPod });
  }
  return units;
}
