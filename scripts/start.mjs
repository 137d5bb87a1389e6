// npm start: installs and builds what is needed, then runs `trellis start`.
import './check-node.mjs';

const { prepare } = await import('./prepare.mjs');
const { runBuilt } = await import('./run-built.mjs');

await prepare();
await runBuilt('cli/trellis.js', ['start', ...process.argv.slice(2)]);
