import fs from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** A holder that has not touched its lock for this long is gone, whoever has its process id now. */
const STALE_MS = 30_000;

/**
 * Runs `fn` while no other process runs one under the same lock file; waits for whoever does.
 *
 * @template T
 * @param {string} path
 * @param {(message: string) => void} say called once when it has to wait
 * @param {() => Promise<T>} fn
 * @returns {Promise<T>}
 */
export async function underLock(path, say, fn) {
  await acquire(path, say);
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  const release = () => {
    if (holderOf(path)?.pid === process.pid) {
      fs.rmSync(path, { force: true });
    }
  };
  process.once('exit', release);
  try {
    return await fn();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', release);
    release();
  }
}

async function acquire(path, say) {
  let hasSpoken = false;
  fs.mkdirSync(dirname(path), { recursive: true });
  while (!createdAlone(path)) {
    const holder = holderOf(path);
    if (holder === undefined) {
      continue;
    }
    if (holder.isGone) {
      takeAway(path, holder.pid);
    } else if (!hasSpoken) {
      say(`Waiting for process ${holder.pid}, which is installing or building here …`);
      hasSpoken = true;
    }
    await delay(100);
  }
}

function createdAlone(path) {
  try {
    fs.writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** @returns undefined when the lock was released just now */
function holderOf(path) {
  try {
    const pid = Number(fs.readFileSync(path, 'utf8'));
    const ageMs = Date.now() - fs.statSync(path).mtimeMs;
    // Between its creation and its first byte a lock names nobody yet.
    const isAlive = pid === 0 ? true : pid !== process.pid && isRunning(pid);
    return { pid, isGone: !isAlive || ageMs > STALE_MS };
  } catch (error) {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Of several that find the same dead lock one takes it away, so that nobody removes a fresh one. */
function takeAway(path, deadPid) {
  const guard = `${path}.takeover`;
  if (!createdAlone(guard)) {
    if (holderOf(guard)?.isGone) {
      fs.rmSync(guard, { force: true });
    }
    return;
  }
  try {
    const holder = holderOf(path);
    if (holder?.pid === deadPid && holder.isGone) {
      fs.rmSync(path, { force: true });
    }
  } finally {
    fs.rmSync(guard, { force: true });
  }
}

function touch(path) {
  const now = new Date();
  try {
    fs.utimesSync(path, now, now);
  } catch (error) {
    // Somebody cleaned the folder; the work goes on without the lock.
    if (error.code !== 'ENOENT') {
      throw error;
    }
  }
}
