import { spawn } from 'node:child_process';
import { projectRoot } from './project-files.mjs';

const TAIL_CHARACTERS = 20_000;

/**
 * Runs a program to its end and passes SIGTERM on to it, which then ends this process as well.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ isQuiet?: boolean, env?: NodeJS.ProcessEnv }} options quiet: its output is collected
 *   instead of shown
 * @returns {Promise<{ exitCode: number, output: string }>} 127 when there is no such program
 */
export async function runProgram(command, args, { isQuiet = false, env = process.env } = {}) {
  const child = spawn(command, args, {
    cwd: projectRoot,
    env,
    stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-TAIL_CHARACTERS);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const passOn = () => {
    child.kill('SIGTERM');
    child.once('close', () => process.exit(143));
  };
  process.once('SIGTERM', passOn);
  const exitCode = await new Promise((resolve, reject) => {
    child.once('error', (error) => (error.code === 'ENOENT' ? resolve(127) : reject(error)));
    child.once('close', (code) => resolve(code ?? 1));
  });
  process.removeListener('SIGTERM', passOn);
  return { exitCode, output };
}

/** Runs npm: the one that runs us, else the one in PATH. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js')
    ? runProgram(process.execPath, [npm, ...args], options)
    : runProgram('npm', args, options);
}
