/** Writes the manual page that the package holds: what `svc2ipt man` of the bundle prints, compressed as man reads it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROOT = join(import.meta.dirname, '..');
const page = execFileSync(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), 'man'], { encoding: 'utf8' });
rmSync(join(ROOT, 'man'), { recursive: true, force: true });
mkdirSync(join(ROOT, 'man'));
writeFileSync(join(ROOT, 'man/svc2ipt.1.gz'), gzipSync(page));
