/**
 * What no program for the same task can do without. `node floors.js NAME FILE...`:
 *
 *     compile JSON SAVE OUT  reads JSON, parses it, makes one SHA-256 per chain name, writes the bytes of SAVE to OUT
 *     yaml YAML              reads YAML with `yaml.parseAllDocuments`
 *     words SAVE             reads SAVE and splits each line into words
 */
import { createHash, hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const sha256 =
  hash === undefined
    ? (text) => createHash('sha256').update(text).digest('hex')
    : (text) => hash('sha256', text);

const FLOORS = {
  compile(input, compiled, output) {
    const { items } = JSON.parse(readFileSync(input, 'utf8'));
    for (const { kind, metadata, endpoints } of items) {
      const name = `${metadata.namespace}/${metadata.name}:http`;
      if (kind === 'Service') sha256(`${name}tcp`);
      else for (const { addresses } of endpoints) sha256(`${name}tcp${addresses[0]}:8080`);
    }
    writeFileSync(output, readFileSync(compiled));
  },
  async yaml(input) {
    const { parseAllDocuments } = await import('yaml');
    const documents = parseAllDocuments(readFileSync(input, 'utf8'));
    if (documents.some(({ errors }) => errors.length > 0)) throw new Error(`${input} has errors`);
  },
  words(input) {
    let words = 0;
    for (const line of readFileSync(input, 'utf8').split('\n')) words += line.split(' ').length;
    if (words === 0) throw new Error(`${input} is empty`);
  },
};

const [name, ...files] = process.argv.slice(2);
await FLOORS[name](...files);
