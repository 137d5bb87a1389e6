import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Circuit, retryDelayMs } from './circuit.ts';

const delays = { delayMsMin: 100, delayMsMax: 10_000 };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the circuit', () => {
  it('lets one insert probe after a failure and all of them after a success', () => {
    const onProbe = vi.fn();
    const circuit = new Circuit(delays, onProbe);
    expect(circuit.insertsMax(2)).toBe(2);
    circuit.failed();
    expect(circuit.insertsMax(2)).toBe(0);
    // The insert beside it fails as well; that is the same outage.
    circuit.failed();
    vi.advanceTimersByTime(100);
    expect(onProbe).toHaveBeenCalledTimes(1);
    expect(circuit.insertsMax(2)).toBe(1);
    circuit.succeeded();
    expect(circuit.insertsMax(2)).toBe(2);
  });

  it('waits at least as long as it is told', () => {
    const onProbe = vi.fn();
    const circuit = new Circuit(delays, onProbe);
    circuit.failed(5000);
    vi.advanceTimersByTime(4999);
    expect(onProbe).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onProbe).toHaveBeenCalledTimes(1);
  });

  it('forgets its delay when an insert that was in flight succeeds', () => {
    const onProbe = vi.fn();
    const circuit = new Circuit(delays, onProbe);
    circuit.failed();
    circuit.succeeded();
    vi.advanceTimersByTime(20_000);
    expect(onProbe).not.toHaveBeenCalled();
    expect(circuit.state).toBe('closed');
  });
});

describe('the retry delay', () => {
  it('is bounded by a doubling that ends at ten seconds', () => {
    const bounds = [1, 2, 3, 7, 8, 1000].map((failures) =>
      retryDelayMs(failures, delays, 0.999999),
    );
    expect(bounds).toEqual([100, 200, 400, 6400, 10_000, 10_000]);
    expect(retryDelayMs(5, delays, 0)).toBe(0);
  });
});
