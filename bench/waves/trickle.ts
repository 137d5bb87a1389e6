/** Is a click answered fast when there are hardly any, and everything sleeps in between? */
import { drainRows, finishWave, phaseRows, startWave, type WaveContext } from './wave.ts';

const PHASE = { seconds: 5, clicksPerSecond: 20 };

export async function trickle(context: WaveContext) {
  const rowsBefore = await context.store.rows();
  const load = startWave(context, 'trickle-', [PHASE]);
  const result = await finishWave(context, load, rowsBefore);
  return [
    ...phaseRows('trickle', 'trickle', PHASE, result.phases[0]),
    ...drainRows('trickle', result),
  ];
}
