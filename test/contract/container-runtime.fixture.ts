import type { ContainerRuntime } from '../../src/agent/container-runtime.port.js';
import type { RuntimeRemover } from '../../src/agent/runtime-remover.port.js';

/** A container runtime in which a test may make images and containers, past the adapter. */
export interface RuntimeUnderTest {
  readonly runtime: ContainerRuntime;
  readonly remover: RuntimeRemover;
  /** Whether it groups containers in sandboxes, which belong to pods. */
  readonly hasSandboxes: boolean;
  readonly hasEvents: boolean;
  /** Makes an image that no other has anything in common with but its file system. @returns its id */
  addImage(...tags: readonly string[]): Promise<string>;
  /** Starts a container (of a pod of its own, where there are pods). @returns its id once it runs */
  run(tag: string): Promise<string>;
  /** Starts one that ends at once with exit code 3. @returns its id once it has ended */
  runToItsEnd(tag: string): Promise<string>;
  /** The same as `run` with another image mounted as a volume; absent where images cannot be. */
  runMounting?(tag: string, mounted: { readonly id: string; readonly tag: string }): Promise<string>;
  /** The same runtime where nothing listens. */
  atNothing(): ContainerRuntime;
  /** Takes away all that the test has made. */
  stop(): Promise<void>;
}
