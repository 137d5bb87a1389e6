// npm test: installs, builds, checks and tests. `npm test -- <words>` passes the words to vitest,
// which then runs only the matching files, and leaves out the checks.
import './check-node.mjs';

const { mkdtempSync, rmSync } = await import('node:fs');
const { tmpdir } = await import('node:os');
const { join } = await import('node:path');
const { prepare } = await import('./prepare.mjs');
const { sourceFiles, textOf } = await import('./project-files.mjs');
const { runNpm, runProgram } = await import('./run-program.mjs');
const { installTestPrograms } = await import('./test-programs.mjs');

/** The build has just checked the types of all but the console. */
const CHECKS = [
  ...['check:format', 'check:console', 'check:imports', 'check:unused', 'check:sizes'],
];

const vitestArgs = process.argv.slice(2);
await prepare();
const words = vitestArgs.filter((arg) => !arg.startsWith('-'));
const testFiles = sourceFiles()
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
const missing = await installTestPrograms(testFiles);
const failedChecks = vitestArgs.length === 0 ? await runChecks() : [];
const tests = await runVitest(vitestArgs, missing);
report(failedChecks, missing, tests);

/** @returns {Promise<string[]>} the checks that failed; what they say has been shown */
async function runChecks() {
  const failed = [];
  for (const name of CHECKS) {
    const { exitCode, output } = await runNpm(['run', '--silent', name], { isQuiet: true });
    if (exitCode !== 0) {
      process.stdout.write(`\n${name} failed:\n${output.trimEnd()}\n`);
      failed.push(name);
    }
  }
  return failed;
}

async function runVitest(args, unavailable) {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-test-report-'));
  const reportFile = join(folder, 'vitest.json');
  const excluded = unavailable.flatMap(({ mark }) => ['--exclude', `**/*${mark}*test.ts`]);
  // Without this, a run whose only files were excluded would fail.
  const tolerance = unavailable.length > 0 ? ['--passWithNoTests'] : [];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const program = join('node_modules', 'vitest', 'vitest.mjs');
  const { exitCode } = await runProgram(process.execPath, [
    program,
    'run',
    ...reporters,
    ...excluded,
    ...tolerance,
    ...args,
  ]);
  const text = textOf(reportFile);
  rmSync(folder, { recursive: true });
  return { exitCode, ...countTests(text) };
}

/** A file that could not even be loaded, and a run that broke off, each count as one failure. */
function countTests(reportText) {
  if (reportText === '') {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const { testResults, ...totals } = JSON.parse(reportText);
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  return {
    passed: totals.numPassedTests,
    failed: totals.numFailedTests + unloaded.length,
    skipped: totals.numPendingTests + totals.numTodoTests,
  };
}

function report(failedChecks, missing, { exitCode, passed, failed, skipped }) {
  const missingFiles = missing.flatMap(({ files }) => files);
  for (const { debianPackage, files } of missing) {
    process.stdout.write(
      `Skipped, because ${debianPackage} is not installed: ${files.join(', ')}\n`,
    );
  }
  if (failedChecks.length > 0) {
    process.stdout.write(`Failed checks: ${failedChecks.join(', ')}\n`);
  }
  const isStrict = process.env.CI === 'true';
  const failures = failed + failedChecks.length + (isStrict ? missingFiles.length : 0);
  const skips = skipped + (isStrict ? 0 : missingFiles.length);
  // An error outside any test fails the run without failing a test.
  const shown = failures === 0 && exitCode !== 0 ? 1 : failures;
  process.stdout.write(`${passed} passed, ${shown} failed, ${skips} skipped\n`);
  process.exitCode = shown > 0 ? 1 : 0;
}
