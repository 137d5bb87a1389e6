/** The yardstick: uWebSockets.js that reads nothing of a request and answers one constant redirect. */
import { App } from 'uWebSockets.js';
import { DESTINATION } from './targets.ts';

const port = Number(process.argv[2]);
App()
  .any('/*', (response) => {
    response.writeStatus('302 Found').writeHeader('Location', DESTINATION).end();
  })
  .listen('127.0.0.1', port, (listener) => {
    if (listener === false) {
      throw new Error(`port ${port} cannot be used`);
    }
    process.send?.('ready');
  });
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
