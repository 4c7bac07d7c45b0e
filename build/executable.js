/**
 * Makes one file that runs without Node.js: `npm run build:exe` writes `dist-exe/svc2ipt` for the system and processor
 * of the Node.js that builds it. It is that Node.js with the whole program and its compiled code inside.
 * (https://nodejs.org/api/single-executable-applications.html)
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onlyKubeconfig } from './only-kubeconfig.js';
import { onlyUsedMethods } from './only-used-methods.js';

const ROOT = join(import.meta.dirname, '..');
const TARGET = join(ROOT, 'dist-exe/svc2ipt');

/** By it Node.js knows that it carries a program. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-exe-'));
try {
  const blob = await makeBlob(folder);
  mkdirSync(join(TARGET, '..'), { recursive: true });
  copyFileSync(process.execPath, TARGET);
  chmodSync(TARGET, 0o755);
  stripSymbols(TARGET);
  injectBlob(TARGET, blob);
  console.log(`${TARGET}: ${(statSync(TARGET).size / 1e6).toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Bundles the program and all packages into one file, and that into what Node.js carries. */
async function makeBlob(folder) {
  const main = join(folder, 'program.cjs');
  const output = join(folder, 'program.blob');
  const config = join(folder, 'config.json');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli/program.ts'],
    outfile: main,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.12',
    minify: true,
    plugins: [onlyKubeconfig, onlyUsedMethods],
  });
  const settings = { main, output, disableExperimentalSEAWarning: true, useCodeCache: true };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' });
  return output;
}

/** Takes out what only debuggers need, where the tool for it is installed: a tenth of the size. */
function stripSymbols(file) {
  try {
    execFileSync('strip', [file], { stdio: 'pipe' });
  } catch (error) {
    console.warn(`not stripped: ${error.message}`);
  }
}

/** Injects the program. postject warns of each section whose name it does not know, which is not shown. */
function injectBlob(file, blob) {
  const postject = join(ROOT, 'node_modules/postject/dist/cli.js');
  const words = [postject, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE];
  execFileSync(process.execPath, words, { stdio: 'pipe' });
}
