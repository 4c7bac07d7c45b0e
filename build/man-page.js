/** Writes the manual page that the package holds: what `svc2ipt man` of the bundle prints. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const page = execFileSync(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), 'man'], { encoding: 'utf8' });
mkdirSync(join(ROOT, 'man'), { recursive: true });
writeFileSync(join(ROOT, 'man/svc2ipt.1'), page);
