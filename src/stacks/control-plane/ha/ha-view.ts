import type { HaPlan, PlannedFile } from '../core/ha/ha-plan.js';
import { toYaml } from '../../catalogue/to-yaml.js';
import { HA_STACK } from './ha-stack.js';
import type { HaRenderView } from './ha.schema.js';

/** A plan as clients see it. */
export function haView({ first, nodes, checks, notes }: HaPlan): HaRenderView {
  return {
    stack: HA_STACK.name,
    version: HA_STACK.version,
    first: [...first],
    nodes: nodes.map(({ files, commands, ...node }) => ({
      ...node,
      files: files.map((file) => ({ ...file, content: contentOf(file), mustExist: [...file.mustExist] })),
      commands: [...commands],
    })),
    checks: [...checks],
    notes: [...notes],
  };
}

/** What stands in a file. */
export function contentOf({ content }: PlannedFile): string {
  return typeof content === 'string' ? content : toYaml([content]);
}
