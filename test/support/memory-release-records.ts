import {
  ReleaseRecords,
  type NewRevision,
  type ReleaseChange,
  type ReleaseClaim,
  type ReleaseDrift,
  type ReleaseRecord,
  type ReleaseRevision,
} from '../../src/stacks/releases/release-records.port.js';

interface Kept {
  record: ReleaseRecord;
  revisions: ReleaseRevision[];
}

/** The releases in memory. */
export class MemoryReleaseRecords extends ReleaseRecords {
  private readonly releases = new Map<string, Kept>();

  constructor(private readonly keptRevisions = 10) {
    super();
  }

  override async create(
    { name, namespace }: { readonly name: string; readonly namespace: string },
    revision: NewRevision,
    claim: ReleaseClaim,
  ): Promise<boolean> {
    if (this.releases.has(name)) return false;
    const { stack, version, by: createdBy, atMs } = revision;
    const common = { name, namespace, stack, version, newest: 1, state: 'new', because: 'not deployed yet' } as const;
    const record = { ...common, claim, createdBy, createdAtMs: atMs, updatedAtMs: atMs };
    this.releases.set(name, { record, revisions: [pending(revision, 1)] });
    return true;
  }

  override async find(name: string): Promise<ReleaseRecord | undefined> {
    return this.releases.get(name)?.record;
  }

  override async list(
    { namespaces }: { readonly namespaces?: readonly string[] },
    limit: number,
    after = '',
  ): Promise<readonly ReleaseRecord[]> {
    return [...this.releases.values()]
      .map(({ record }) => record)
      .filter(({ name, namespace }) => name > after && (namespaces?.includes(namespace) ?? true))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .slice(0, limit);
  }

  override async claim(name: string, claim: ReleaseClaim, revision?: NewRevision): Promise<ReleaseRecord | undefined> {
    const kept = this.releases.get(name);
    if (!kept || kept.record.claim) return undefined;
    const { stack, version, newest, deployed } = kept.record;
    const number = revision ? newest + 1 : newest;
    const changed = { stack: revision?.stack ?? stack, version: revision?.version ?? version, newest: number };
    kept.record = { ...kept.record, ...changed, claim, updatedAtMs: claim.atMs };
    if (revision) {
      kept.revisions.unshift(pending(revision, number));
      kept.revisions = kept.revisions.filter(
        (other) => other.number > number - this.keptRevisions || other.number === deployed,
      );
    }
    return kept.record;
  }

  override async change(
    name: string,
    { run, holder }: { readonly run: string; readonly holder?: string },
    { atMs, revision, isDone, deployed, holder: next, ...change }: ReleaseChange,
  ): Promise<boolean> {
    const kept = this.releases.get(name);
    const isHeld = kept?.record.claim?.run === run && (holder === undefined || kept.record.holder === holder);
    if (!kept || !isHeld) return false;
    const { claim, holder: present, deployed: before, drift, ...rest } = kept.record;
    const isAt = deployed === undefined ? before : (deployed ?? undefined);
    const at = next ?? present;
    kept.record = {
      ...rest,
      ...change,
      ...(isAt === undefined ? {} : { deployed: isAt }),
      ...(drift && deployed === undefined ? { drift } : {}),
      ...(isDone || !claim ? {} : { claim, ...(at === undefined ? {} : { holder: at }) }),
      updatedAtMs: atMs,
    };
    if (revision)
      kept.revisions = kept.revisions.map((other) =>
        other.number === revision.number
          ? { ...other, ...revision, ...(revision.outcome === 'applying' ? {} : { finishedAtMs: atMs }) }
          : other,
      );
    return true;
  }

  override async noteDrift(name: string, deployed: number, drift: ReleaseDrift): Promise<boolean> {
    const kept = this.releases.get(name);
    if (!kept || kept.record.deployed !== deployed || kept.record.claim) return false;
    kept.record = { ...kept.record, drift };
    return true;
  }

  override async revisions(name: string, numbers?: readonly number[]): Promise<readonly ReleaseRevision[]> {
    const { revisions = [] } = this.releases.get(name) ?? {};
    return revisions.filter(({ number }) => numbers?.includes(number) ?? true);
  }

  override async remove(name: string, run: string): Promise<boolean> {
    return this.releases.get(name)?.record.claim?.run === run && this.releases.delete(name);
  }
}

function pending(revision: NewRevision, number: number): ReleaseRevision {
  return { ...revision, number, outcome: 'pending', because: 'not deployed yet' };
}
