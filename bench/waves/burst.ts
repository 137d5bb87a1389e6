/** What happens to visitors when many more come at once than a moment before? */
import { drainRows, finishWave, phaseRows, startWave, type WaveContext } from './wave.ts';

const CALM = { seconds: 3, clicksPerSecond: 500 };
const BURST = { seconds: 1, clicksPerSecond: 15_000 };
/** Each visitor has a connection: so many are waiting for an answer at most. */
const CONNECTIONS = 512;

export async function burst(context: WaveContext) {
  const rowsBefore = await context.store.rows();
  const load = startWave(context, 'burst-', [CALM, BURST, CALM], CONNECTIONS);
  const result = await finishWave(context, load, rowsBefore);
  return [
    ...phaseRows('burst', 'before', CALM, result.phases[0]),
    ...phaseRows('burst', 'burst', BURST, result.phases[1]),
    ...phaseRows('burst', 'after', CALM, result.phases[2]),
    ...drainRows('burst', result),
  ];
}
