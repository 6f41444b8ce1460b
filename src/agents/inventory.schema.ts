import { z } from 'zod';

/** More than a node can have; together with the limit of the body they bound what is kept of one. */
const MOST = 50_000;
const text = z.string().max(4_096);
const id = z.string().min(1).max(512);
/** The records hold whole numbers alone, and one node's inventory must not break off what is done for all nodes. */
const bytes = z.int().nonnegative();
/** As the kernel tells them: file systems without a limit of their own name 2^64. */
const kernelCount = z.number().nonnegative().multipleOf(1);
/** What fits into a `Date`. */
export const atMs = z.number().min(-8.64e15).max(8.64e15);
const many = <Item extends z.ZodType>(item: Item) => z.array(item).max(MOST);
/** Builders write whole documents into labels (`io.buildpacks.build.metadata`); the limit of the body bounds them all. */
const label = z.string().max(1_048_576);
const few = z.array(text).max(1_000);

const pod = z.object({ namespace: text, pod: text, podUid: text });

const image = z.object({
  id,
  repoTags: few,
  repoDigests: few,
  sizeBytes: bytes,
  uniqueBytes: bytes.exactOptional(),
  pinned: z.boolean(),
  labels: z.record(text, label).exactOptional(),
  createdAtMs: atMs.exactOptional(),
});

const container = z.object({
  id,
  name: text,
  attempt: z.int().nonnegative(),
  pod: pod.exactOptional(),
  sandboxId: text.exactOptional(),
  imageId: text.exactOptional(),
  imageRef: text,
  mountedImages: few.exactOptional(),
  state: z.enum(['created', 'running', 'exited', 'unknown']),
  createdAtMs: atMs,
  finishedAtMs: atMs.exactOptional(),
  exitCode: z.int().exactOptional(),
  logPath: text.exactOptional(),
});

const sandbox = z.object({
  id,
  pod: pod.exactOptional(),
  attempt: z.int().nonnegative(),
  state: z.enum(['ready', 'notReady']),
  createdAtMs: atMs,
});

const fileSystem = z.object({
  holds: z.enum(['image', 'container']),
  mountpoint: text,
  capacityBytes: kernelCount,
  availableBytes: kernelCount,
  inodes: kernelCount.exactOptional(),
  inodesFree: kernelCount.exactOptional(),
  usedBytes: kernelCount.exactOptional(),
});

const log = z.object({
  path: text,
  pod: pod.exactOptional(),
  container: text.exactOptional(),
  kind: z.enum(['podFolder', 'deadLink']),
  sizeBytes: bytes,
  modifiedAtMs: atMs,
});

/** An inventory as an agent sends it (see `core/inventory.ts`, where its fields are explained). */
export const InventoryBody = z
  .object({
    node: id.describe('The node.').meta({ examples: ['node-1'] }),
    takenAtMs: atMs
      .describe('When its lists were begun, by the clock of the node, ms since the epoch.')
      .meta({ examples: [1_767_261_600_000] }),
    runtime: z.object({ name: text, version: text }).describe('The container runtime, as it calls itself.'),
    sandboxImage: text
      .exactOptional()
      .describe('The image of sandboxes, where the runtime tells it.')
      .meta({ examples: ['registry.k8s.io/pause:3.10'] }),
    images: many(image).describe('All images.'),
    containers: many(container).describe('All containers, in any state.'),
    sandboxes: many(sandbox).describe("All pods' sandboxes; Docker Engine has none."),
    fileSystems: z.array(fileSystem).max(16).describe('The file systems that the runtime keeps things on.'),
    logs: many(log).describe('Log folders and dead links that belong to no container.'),
    failed: z
      .array(
        z.object({
          list: z.enum(['runtime', 'images', 'containers', 'sandboxes', 'fileSystems', 'logs']),
          reason: text,
        }),
      )
      .max(10)
      .describe('Lists that could not be had, and why.'),
  })
  .meta({
    id: 'AgentInventory',
    description: "Everything that a node's container runtime held at one moment.",
    examples: [
      {
        node: 'node-1',
        takenAtMs: 1_795_695_772_605,
        runtime: { name: 'containerd', version: '2.1.4' },
        images: [
          {
            id: 'sha256:456a6495456a6495456a6495456a6495456a6495456a6495456a6495456a6495',
            repoTags: ['registry.example/apps/exporter:2.3.8-r2'],
            repoDigests: [],
            sizeBytes: 441_000_000,
            uniqueBytes: 241_000_000,
            pinned: false,
          },
        ],
        containers: [],
        sandboxes: [],
        fileSystems: [
          {
            holds: 'image',
            mountpoint: '/var/lib/containerd',
            capacityBytes: 214_748_364_800,
            availableBytes: 30_785_784_541,
          },
        ],
        logs: [],
        failed: [],
      },
    ],
  });
export type InventoryBody = z.infer<typeof InventoryBody>;
