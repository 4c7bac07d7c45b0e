import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const IN_PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/**
 * Returns the licence texts of all packages that a bundle holds. Throws for a package without one, because it must not
 * be published then.
 *
 * @param {import('esbuild').Metafile} metafile of the bundle
 * @param {string} root the folder with node_modules
 */
export function licencesOf(metafile, root) {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  const names = new Set(inputs.map((path) => IN_PACKAGE.exec(path)?.[1]).filter(Boolean));
  return [...names]
    .sort()
    .map((name) => licenceOf(name, join(root, 'node_modules', name)))
    .join('\n');
}

function licenceOf(name, folder) {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version}\n\n${isOwnLicence(text) ? 'Apache License 2.0: its text is the file LICENSE of this package.' : text}\n`;
}

/** The Apache License is in the package already. Behind its terms stands only how to apply it. */
function isOwnLicence(text) {
  const terms = (whole) => whole.split('END OF TERMS AND CONDITIONS')[0].replace(/\s+/g, ' ').trim();
  return terms(text) === terms(readFileSync(join(import.meta.dirname, '../LICENSE'), 'utf8'));
}
