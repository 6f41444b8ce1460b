import { rmSync, mkdirSync } from 'node:fs';
import { seedDayOfHistory } from './seed-history.js';
const folder='/tmp/hist-seed'; rmSync(folder,{recursive:true,force:true}); mkdirSync(folder);
const t=performance.now();
console.log(await seedDayOfHistory({ folder: folder+'/metrics', nodes: Number(process.argv[2]), podsPerNode: 30, dayMs: Date.UTC(2026,2,4) }), performance.now()-t);
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { DuckDBInstance } from '@duckdb/node-api';
const day = Date.UTC(2026,2,4);
const store = await DuckdbMetricStore.open({ folder: folder+'/metrics' });
let t0=performance.now();
const step=(n:string)=>{console.log(n, Math.round(performance.now()-t0),'ms'); t0=performance.now();};
console.log((await store.rollUp(day+86400000)).map(x=>[x.tier,x.rows,x.bytes])); step('rollUp');
console.log(await store.closeDays(day+86400000)); step('close');
await store.close();
const c = await (await DuckDBInstance.create()).connect();
const q = async (s:string)=> (await c.runAndReadAll(s)).getRowsJS();
for (const tier of ['raw','5m','1h']) {
  const glob = tier==='raw' ? '*[a-z]_2026*' : `*_${tier}_2026*`;
  const rows = await q(`select regexp_extract(file_name,'segments/(.*?)(_5m|_1h)?_2026',1) k, path_in_schema p, any_value(encodings) e, any_value(type), sum(total_compressed_size)::double b, sum(num_values - coalesce(stats_null_count,0))::double n, sum(num_values)::double r from parquet_metadata('${folder}/metrics/segments/${glob}') where true ${tier==='raw'?"and not regexp_matches(file_name,'_(5m|1h)_2026')":''} group by 1,2 order by 5 desc`);
  const kinds = new Map<string,{b:number,n:number,r:number}>();
  let B=0,N=0;
  for (const [k,p,,,b,n,r] of rows as any[]) { const e=kinds.get(k)??{b:0,n:0,r:0}; e.b+=b; if(!['cycle_at','object_id','scope_id','sampled_at','rows'].includes(p)) {e.n+=n; N+=n;} e.r=Math.max(e.r,r); kinds.set(k,e); B+=b; }
  console.log('==',tier,B,N,(B/N).toFixed(3));
  for (const [k,e] of kinds) console.log('  ',k,e.r,'rows',(e.b/e.r).toFixed(1),'B/row',(e.b/e.n).toFixed(2),'B/value',(e.n/e.r).toFixed(1),'values/row', e.b);
  for (const [k,p,en,ty,b,n,r] of (rows as any[]).slice(0,45)) console.log('    ',k,p,en,ty,(b/r).toFixed(2));
}
