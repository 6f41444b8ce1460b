import type { ComponentName, LedComponent } from '../control-plane-facts.js';
import type { ComponentSource, HaFacts } from './ha-facts.js';
import type { HaInput } from './ha-input.js';
import type { JoinEndpoint } from './join-commands.js';

/** What all nodes have in common. */
export interface HaGround {
  readonly input: HaInput;
  readonly facts: HaFacts;
  readonly components: ReadonlySet<ComponentName>;
  readonly led: ReadonlyMap<LedComponent, ComponentSource>;
  /** Where joining nodes find the API; undefined when nobody joins. */
  readonly endpoint: JoinEndpoint | undefined;
}
