interface InUnit {
  readonly podUid: string;
  readonly name: string;
}

/** The kubelet's eviction units: the instances of each container of each pod, in the order given. */
export function containerUnits<Container extends InUnit>(containers: readonly Container[]): Container[][] {
  const units: Container[][] = [];
  const pods = new Map<string, Container[][]>();
  for (const container of containers) {
    const ofPod = pods.get(container.podUid);
    const known = ofPod && unitNamed(container.name, ofPod);
    if (known) {
      known.push(container);
      continue;
    }
    const unit = [container];
    units.push(unit);
    if (ofPod) ofPod.push(unit);
    else pods.set(container.podUid, [unit]);
  }
  return units;
}

/** A pod has few containers. */
function unitNamed<Container extends InUnit>(name: string, ofPod: readonly Container[][]): Container[] | undefined {
  for (const unit of ofPod) if (unit[0]?.name === name) return unit;
  return undefined;
}
