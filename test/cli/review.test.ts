import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST } from '../../src/dialect/version.ts';
import { type Run, run } from '../helpers/cli.ts';

const MANIFEST = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.244.1.10}], ports: [{port: 8080}]}]
`;
const CIDR = ['--cluster-cidr', '10.244.0.0/16'];

let folder = '';
let manifest = '';
let golden = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  manifest = file('web.yaml', MANIFEST);
  golden = join(folder, 'node.save');
  await run(['compile', '-f', manifest, ...CIDR, '-o', golden]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const RULE =
  '-A KUBE-SEP-BSJG54EXAHTH4INO -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination';
const WORDS = ['the rule for DNAT to', 'was changed: target is DNAT'] as const;

describe('svc2ipt diff, for a reviewer', () => {
  const diff = (form: string, env: Record<string, string> = {}): Promise<Run> => {
    const live = readFileSync(golden, 'utf8').replace('10.244.1.10:8080\n', '10.244.1.99:8080\n');
    const dump = file('live.save', live);
    return run(['diff', '-f', manifest, ...CIDR, '--live', dump, '-o', form], { env });
  };
  const MARKDOWN = (
    path: string,
  ): string => `### svc2ipt: 1 Service differs, 0 equal; kube-proxy <code>1.31-${NEWEST}</code>

**<code>default/web</code>**

- ${WORDS[0]} <code>10.244.1.10:8080</code> in <code>KUBE-SEP-BSJG54EXAHTH4INO</code> ${WORDS[1]} <code>10.244.1.99:8080</code>, not DNAT <code>10.244.1.10:8080</code> (<code>${path}:3</code>, <code>changed-rule</code>)

<details><summary>rules</summary>

\`\`\`diff
- ${RULE} 10.244.1.10:8080
+ ${RULE} 10.244.1.99:8080
\`\`\`

</details>
`;

  it('as Markdown', async () => {
    expect(await diff('markdown')).toEqual({ code: 1, stdout: MARKDOWN(manifest), stderr: '' });
  });

  it('as annotations where the Service stands, with Markdown for the summary of the job', async () => {
    const summary = file('summary.md', 'before\n');
    const { code, stdout } = await diff('github', { GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: folder });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: [
        `::error file=web.yaml,line=3,col=18,title=default/web [changed-rule]::${WORDS[0]} 10.244.1.10:8080 in KUBE-SEP-BSJG54EXAHTH4INO ${WORDS[1]} 10.244.1.99:8080, not DNAT 10.244.1.10:8080%0A- ${RULE} 10.244.1.10:8080%0A+ ${RULE} 10.244.1.99:8080`,
        `::notice title=svc2ipt::1 Service differs, 0 equal; kube-proxy 1.31-${NEWEST}`,
        '',
      ].join('\n'),
    });
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${MARKDOWN(manifest)}\n`);
  });

  it('refuses when the summary cannot be written', async () => {
    const { code, stderr } = await diff('github', { GITHUB_STEP_SUMMARY: folder, GITHUB_WORKSPACE: '/' });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `::error title=svc2ipt [file-unwritable]::${folder}: is a directory\n`,
    });
  });

  it('has no such form for packets', async () => {
    const { code, stderr } = await run([
      'diff',
      '-f',
      manifest,
      '--live',
      golden,
      '--behaviour',
      '-o',
      'markdown',
    ]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'svc2ipt: error: --behaviour tells of packets, not of rules: it has the forms text and json [usage]\n',
    });
  });

  it('knows no place of rules that stand in two files', async () => {
    const other = file(
      'other.save',
      readFileSync(golden, 'utf8').replace('10.244.1.10:8080\n', '10.244.1.99:8080\n'),
    );
    const { code, stdout } = await run(['diff', '--golden', golden, '--live', other, '-o', 'github']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error title=default\/web \[changed-rule\]::the rule for DNAT/);
  });
});

describe('svc2ipt compile --check --report', () => {
  const changed = (): string => file('changed.yaml', MANIFEST.replace('10.244.1.10', '10.244.1.11'));
  const check = (path: string, form: string, ...flags: readonly string[]): Promise<Run> =>
    run(['compile', '-f', path, ...CIDR, '--check', golden, '--report', form, ...flags]);
  const SVC = (ip: string, sep: string): string =>
    `-A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment "default/web -> ${ip}:8080" -j KUBE-SEP-${sep}`;
  const SEP = (ip: string, sep: string): readonly string[] => [
    `-A KUBE-SEP-${sep} -s ${ip}/32 -m comment --comment "default/web" -j KUBE-MARK-MASQ`,
    `-A KUBE-SEP-${sep} -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination ${ip}:8080`,
  ];
  const sides = (
    indent: string,
  ): { readonly added: readonly string[]; readonly removed: readonly string[] } => {
    const lines = (sign: string, ip: string, sep: string): readonly string[] =>
      [SVC(ip, sep), ...SEP(ip, sep)].map((rule) => `${indent}${sign} ${rule}`);
    return {
      added: lines('+', '10.244.1.11', 'QBMWJ7Q236QVVXD6'),
      removed: lines('-', '10.244.1.10', 'BSJG54EXAHTH4INO'),
    };
  };

  it('tells as text what changed', async () => {
    const { added, removed } = sides('  ');
    expect(await check(changed(), 'text')).toEqual({
      code: 1,
      stdout: [
        'default/web: endpoint 10.244.1.11:8080 is missing in the file',
        ...added,
        'default/web: endpoint 10.244.1.10:8080 is stale, but still gets all of the traffic',
        ...removed,
        '',
        `${golden} is out of date: 1 Service differs, 0 equal`,
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('tells as Markdown what changed', async () => {
    const path = changed();
    const { code, stdout } = await check(path, 'markdown');
    const { added, removed } = sides('');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `### svc2ipt: <code>${golden}</code> is out of date: 1 Service differs, 0 equal

**<code>default/web</code>**

- endpoint <code>10.244.1.11:8080</code> is missing in the file (<code>${path}:3</code>, <code>missing-endpoint</code>)
- endpoint <code>10.244.1.10:8080</code> is stale, but still gets all of the traffic (<code>${path}:3</code>, <code>stale-endpoint</code>)

<details><summary>rules</summary>

\`\`\`diff
${[...added, ...removed].join('\n')}
\`\`\`

</details>
`,
    });
  });

  it('annotates the Service, and the golden file where no Service of the manifests is concerned', async () => {
    const { stdout } = await check(
      file('none.yaml', MANIFEST.replaceAll('name: web', 'name: shop')),
      'github',
    );
    const lines = stdout.split('\n').map((line) => line.replace(/::(?:the|no) .*/, ''));
    expect(lines).toEqual([
      `::error file=${join(folder, 'none.yaml')},line=3,col=18,title=default/shop [missing-service]`,
      `::error file=${golden},line=1,col=1,title=default/web [stale-service]`,
      expect.stringMatching(
        /^::notice title=svc2ipt::.*node\.save is out of date: 2 Services differ, 0 equal$/,
      ),
      '',
    ]);
  });

  it.each([
    ['text', () => `${golden} is up to date\n`],
    ['markdown', () => `### svc2ipt: <code>${golden}</code> is up to date\n`],
    ['github', () => ''],
  ])('says as %s that all is well', async (form, stdout) => {
    expect(await check(manifest, form)).toEqual({ code: 0, stdout: stdout(), stderr: '' });
  });

  it('tells lines where the rules mean the same', async () => {
    const before = readFileSync(golden, 'utf8');
    const path = file('spelt.save', before.replace('/0x4000', '/0x00004000').trimEnd());
    const { code, stdout } = await run([
      'compile',
      '-f',
      manifest,
      ...CIDR,
      '--check',
      path,
      '--report',
      'text',
    ]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `${path}: the text is not what the manifests compile to
  - -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x00004000 -j ACCEPT
  + -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
  - COMMIT
  + COMMIT

${path} is out of date
`,
    });
  });

  it('tells lines of a file that holds no rules', async () => {
    const path = file('empty.save', '');
    const { code, stdout } = await run([
      'compile',
      '-f',
      manifest,
      ...CIDR,
      '--check',
      path,
      '--report',
      'github',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `::error file=${path},line=1,col=1,title=${path} [changed-text]::the text is not`,
    );
  });

  it('needs --check', async () => {
    expect(await run(['compile', '-f', manifest, '--report', 'text'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'svc2ipt: error: --report needs --check [usage]\n',
    });
  });
});

describe('svc2ipt lint, for a reviewer', () => {
  const bad = (): string =>
    file('bad.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: []}\n');

  it('as annotations, files that cannot be read among them', async () => {
    const broken = file('broken.yaml', 'kind: [\n');
    const { code, stdout, stderr } = await run(['lint', '-f', bad(), '-f', broken, '-o', 'github'], {
      env: { GITHUB_WORKSPACE: folder },
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^::error file=bad\.yaml,line=4,col=\d+,title=Service default\/web \[api-invalid\]::spec\.ports: /,
    );
    expect(stderr).toMatch(/^::error file=broken\.yaml,line=1,col=7,title=svc2ipt \[yaml-syntax\]::/);
  });

  it('as Markdown', async () => {
    const path = bad();
    const { code, stdout } = await run(['lint', '-f', path, '-o', 'markdown']);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `### svc2ipt: 1 finding (1 error, 0 warnings) in 1 object

**<code>Service default/web</code>**

- <code>spec.ports</code>: Required value (<code>${path}:4</code>, <code>api-invalid</code>)
`,
    });
  });
});

describe('--diagnostics github', () => {
  it('annotates what is wrong with the input', async () => {
    const path = file('web2.yaml', MANIFEST.replace('targetPort', 'targetport'));
    const { code, stderr } = await run(
      ['compile', '-f', path, ...CIDR, '--diagnostics', 'github', '-o', join(folder, 'o.save')],
      {
        env: { GITHUB_WORKSPACE: folder },
      },
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        '::warning file=web2.yaml,line=4,col=62,title=Service default/web [unknown-field]::spec.ports[0].targetport: unknown field "targetport", did you mean "targetPort"?\n',
    });
  });

  it('annotates a mistake of the command line', async () => {
    const { code, stderr } = await run(['compile', '--diagnostics=github', '--nonsense']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "::error title=svc2ipt [usage]::unknown option '--nonsense'\n",
    });
  });
});
