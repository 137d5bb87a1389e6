import type { RequestReader } from '../mailbox/request-reader.ts';

/**
 * Kills this thread for a request that carries `x-trellis-fault: crash`, as a fault in the code that
 * serves an organisation would. Only with TRELLIS_FAULT_INJECTION=1; for failure tests.
 */
export function injectFault(request: RequestReader): void {
  if (request.header('x-trellis-fault') === 'crash') {
    throw new Error('a fault was injected');
  }
}

export function injectNoFault(): void {
  // Faults are only injected in failure tests.
}
