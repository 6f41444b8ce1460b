import { run } from './roles/run.js';

await run();
