import { setSourceMapsSupport } from 'node:module';

// Of our own modules alone: with `--enable-source-maps` those of all libraries are read and kept too, some 20 MB.
setSourceMapsSupport(true, { nodeModules: false });
const { run } = await import('./roles/run.js');
await run();
