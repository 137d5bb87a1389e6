#!/usr/bin/env node
import { runTrellis } from './program.ts';

// `trellis keys list | head -1` closes our output before we are done with it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    throw error;
  }
});

const exitCode = await runTrellis({
  args: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
// An engine that could not start has threads and a parent that would keep the process alive. An
// empty write is called back when everything before it is out.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
