/** Names of service ports, given to recognise the hashes that chains end in. */
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { loadManifests } from '../pipeline/manifests.ts';
import { type Service } from '../manifest/types.ts';
import { type Resource } from '../manifest/resource.ts';
import { servicePortName } from '../proxy/service-port-name.ts';
import { type Source } from '../text/source.ts';
import { type Io } from './io.ts';
import { readSource } from './read-inputs.ts';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[a-z0-9-]*)?$/;

/** The names in a file of `--names`: lines `namespace/name:port`, where `#` begins a remark, or manifests. */
export async function readNames(path: string | undefined, io: Io): Promise<Outcome<readonly string[]>> {
  if (path === undefined) return { value: [], problems: [] };
  const source = await readSource(path, io);
  if (source.value === undefined) return { value: [], problems: source.problems };
  const names = isManifest(source.value) ? namesOfManifests(source.value) : namesOfLines(source.value);
  return { value: names.value, problems: [...source.problems, ...names.problems] };
}

/** Returns true for manifests. They begin with a key or a bracket; a list of names does not. */
const isManifest = ({ text }: Source): boolean => /^\s*[{[]|^\s*"?[A-Za-z]+"?: |^[A-Za-z]+:$/m.test(text);

function namesOfLines({ name: file, text }: Source): Outcome<readonly string[]> {
  const names: string[] = [];
  const problems: Diagnostic[] = [];
  text.split('\n').forEach((line, at) => {
    const name = line.replace(/#.*/, '').trim();
    if (name === '') return;
    if (NAME.test(name)) names.push(name);
    else {
      const message = `${JSON.stringify(name)} is no name of a service port: a line is namespace/name:port`;
      problems.push(diagnostic('name-invalid', message, { place: { file, line: at + 1, column: 1 } }));
    }
  });
  return { value: names, problems };
}

function namesOfManifests(source: Source): Outcome<readonly string[]> {
  const { value, problems } = loadManifests([source], { strict: false });
  return { value: namesOf(value.resources), problems };
}

/** The names of all service ports of manifests. */
export const namesOf = (resources: readonly Resource[]): readonly string[] =>
  resources
    .filter(isService)
    .flatMap(({ object: { metadata, spec } }) =>
      spec.ports.map(({ name }) => servicePortName(metadata.namespace, metadata.name, name, false)),
    );

const isService = (resource: Resource): resource is Resource<Service> => resource.object.kind === 'Service';
