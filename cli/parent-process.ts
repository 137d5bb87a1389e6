/**
 * Ends this process as if it had received SIGTERM when the one that forked it is gone, however that
 * ended: its side of the IPC channel closes with it. Without such a parent nothing happens.
 */
export function stopWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
