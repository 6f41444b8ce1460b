import type { Inventory } from './inventory.js';

/** What the runtime says now; its lists are as of this item's turn. */
export type RuntimeNow = Pick<Inventory, 'images' | 'containers' | 'sandboxes' | 'sandboxImage' | 'takenAtMs'>;

/** `go`: remove it now. `absent`: it is gone already. `kept`: it must stay, and why, in a sentence. */
export type Recheck =
  { readonly go: true } | { readonly go: false; readonly as: 'kept' | 'absent'; readonly because: string };
