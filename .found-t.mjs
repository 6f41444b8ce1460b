import { PGlite } from '@electric-sql/pglite';
import { setFlagsFromString } from 'node:v8';
for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
const t0=performance.now();const c0=process.cpuUsage();
const lap=(n)=>{const c=process.cpuUsage(c0);console.log(n,(performance.now()-t0|0),'ms cpu',((c.user+c.system)/1000|0))};
let a=await PGlite.create(); lap('fresh');
const blob=await a.dumpDataDir('none'); lap('dump '+blob.size); await a.close();
for(let i=0;i<3;i++){const b=await PGlite.create({loadDataDir:blob}); lap('load'); await b.close(); lap('close');}
