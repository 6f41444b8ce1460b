import { z } from 'zod';
import { RuntimeAnswerError } from '../../agent/runtime-errors.js';

/** What is read of the Docker Engine API, 1.40 to 1.51. Go writes empty lists and maps as null. */
const texts = z.array(z.string()).nullish();
const labels = z.record(z.string(), z.string()).nullish();

export const DockerVersion = z.object({ Version: z.string() });
export const DockerInfo = z.object({ DockerRootDir: z.string() });

export const DockerImage = z.object({
  Id: z.string(),
  RepoTags: texts,
  RepoDigests: texts,
  Size: z.number(),
  /** Since 1.42, when it is asked for; else -1. */
  SharedSize: z.number().nullish(),
  Labels: labels,
  /** Seconds. */
  Created: z.number().nullish(),
});
export type DockerImage = z.infer<typeof DockerImage>;

export const DockerImageDetails = z.object({
  Id: z.string(),
  RepoTags: texts,
  RepoDigests: texts,
  Size: z.number(),
  Config: z.object({ Labels: labels }).nullish(),
  Created: z.string().nullish(),
});

const Mount = z.object({ Type: z.string(), Source: z.string().nullish(), Name: z.string().nullish() });

export const DockerContainer = z.object({
  Id: z.string(),
  Names: texts,
  /** As it was named when it was run, or the id where that name has moved on. */
  Image: z.string(),
  ImageID: z.string(),
  /** Seconds. */
  Created: z.number(),
  State: z.string(),
  Labels: labels,
  Mounts: z.array(Mount).nullish(),
});
export type DockerContainer = z.infer<typeof DockerContainer>;

export const DockerContainerDetails = z.object({
  State: z.object({ Status: z.string(), FinishedAt: z.string(), ExitCode: z.number() }),
  LogPath: z.string().nullish(),
});
export type DockerContainerDetails = z.infer<typeof DockerContainerDetails>;

export const DockerEvent = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: labels }),
  timeNano: z.number(),
});
export type DockerEvent = z.infer<typeof DockerEvent>;

/** @throws RuntimeAnswerError naming the first thing that is not as expected */
export function readDocker<Schema extends z.ZodType>(schema: Schema, what: string, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RuntimeAnswerError(`${what}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}`);
}
