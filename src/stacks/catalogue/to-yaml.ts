import { Document } from 'yaml';

/** Objects as a stream of YAML documents that readers of YAML 1.1 (kubectl) and 1.2 understand alike. */
export function toYaml(objects: readonly object[]): string {
  return objects
    .map((object) =>
      new Document(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false }).toString({ lineWidth: 0 }),
    )
    .join('---\n');
}
