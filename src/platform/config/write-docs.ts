import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../version.js';
import { describeConfig } from './describe-config.js';

// `npm run docs`: writes the pages that are made from the code.
writeFileSync(join(packageRoot(), 'docs', 'configuration.md'), describeConfig());
