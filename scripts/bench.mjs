// npm run bench: installs and builds what is needed, then measures.
import './check-node.mjs';

const { prepare } = await import('./prepare.mjs');
const { runBuilt } = await import('./run-built.mjs');

await prepare();
await runBuilt('bench/main.js', process.argv.slice(2));
