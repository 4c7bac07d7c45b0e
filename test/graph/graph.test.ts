/**
 * The pictures of `svc2ipt graph`, held against files: those in `docs`, the texts beside their manifests.
 * `UPDATE_PICTURES=1` writes them anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'fixtures/graph');
const NODE = ['--cluster-cidr', '10.244.0.0/16', '--node-name', 'node-1'];
const from = (name: string): readonly string[] => ['-f', join(FIXTURES, `${name}.yaml`), ...NODE];

async function pictureOf(argv: readonly string[], stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await run(['graph', ...argv], { stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

function expectFile(path: string, text: string): void {
  if (process.env['UPDATE_PICTURES'] !== undefined) writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : undefined);
}

describe.each(['balanced', 'plain', 'hundred'])('the picture of %s', (name) => {
  it.each(['mermaid', 'dot'])('in %s', async (form) => {
    expectFile(join(FIXTURES, 'expected', `${name}.${form}`), await pictureOf([...from(name), '-o', form]));
  });

  it('in svg, as docs show it', async () => {
    expectFile(join(ROOT, 'docs', `graph-${name}.svg`), await pictureOf([...from(name), '-o', 'svg']));
  });

  it('is the same from a dump', async () => {
    const { stdout } = await run(['compile', ...from(name)]);
    expect(await pictureOf(['--live', '-'], stdout)).toBe(await pictureOf(from(name)));
  });
});

it('draws the chains of releases of old', async () => {
  const argv = [...from('balanced'), '--kube-proxy-version', '1.23'];
  expectFile(join(FIXTURES, 'expected/balanced-1.23.mermaid'), await pictureOf(argv));
});

it.each(['balanced', 'plain'])('draws %s of mode nftables', async (name) => {
  const argv = [...from(name), '--proxy-mode', 'nftables'];
  expectFile(join(FIXTURES, `expected/${name}-nftables.mermaid`), await pictureOf(argv));
});

it('draws mode nftables from a dump, too', async () => {
  const argv = [...from('plain'), '--proxy-mode', 'nftables'];
  const { stdout } = await run(['compile', ...argv]);
  expect(await pictureOf(['--live', '-'], stdout)).toBe(await pictureOf(argv));
});

it('shows in docs what the command draws', async () => {
  const shown = /^```mermaid\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, 'docs/graph.md'), 'utf8'))?.[1];
  expect(shown).toBe(await pictureOf([...from('plain'), 'shop/cart']));
});

describe('one Service', () => {
  it('is asked for by its name, or by that of its port', async () => {
    const cart = await pictureOf([...from('plain'), 'shop/cart']);
    expect(cart).toBe(await pictureOf([...from('plain'), 'shop/cart:http']));
    expect(cart).not.toContain('shop/empty');
  });

  it.each([
    ['shop/crt', 'shop/crt: no Service has this name; did you mean shop/cart? [chain-unknown]'],
    ['shop/headless', 'shop/headless: kube-proxy has no rules for this Service [service-not-served]'],
    ['\u001b[31m', '\\u001b[31m: no Service has this name [chain-unknown]'],
  ])('%j cannot be drawn', async (asked, message) => {
    const told = await run(['graph', ...from('plain'), asked]);
    expect(told).toEqual({ code: 2, stdout: '', stderr: `svc2ipt: error: ${message}\n` });
  });
});

it('needs rules', async () => {
  const { code, stderr } = await run(['graph']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'svc2ipt: error: no rules: name manifests with -f, a cluster with --from-cluster, or a dump of a node with --live [usage]\n',
  });
});

it('warns of a picture that mermaid does not draw', async () => {
  const service = (at: number): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: web-${at}}\nspec: {clusterIP: 10.97.${at >> 8}.${at & 255}, ports: [{port: 80}]}\n`;
  const stdin = Array.from({ length: 501 }, (_, at) => service(at)).join('---\n');
  const drawn = await run(['graph', '-f', '-'], { stdin });
  expect(drawn.code).toBe(0);
  expect(drawn.stderr).toMatch(
    /^svc2ipt: warning: the picture has 501 edges and \d+ characters, .* \[graph-too-large\]\n$/,
  );
  expect((await run(['graph', '-f', '-', '-o', 'dot'], { stdin })).stderr).toBe('');
});

describe('rules that name little', () => {
  const torn = readFileSync(join(FIXTURES, 'torn.save'), 'utf8');
  const asIPv6 = (text: string): string =>
    text
      .replace(/10\.96\.0\.(\d)\/32/g, 'fd00:96::$1/128')
      .replace(/10\.96\.0\.(\d)/g, '[fd00:96::$1]')
      .replace(/10\.244\.0\.0\/16/g, 'fd00:244::/64')
      .replace(/10\.244\.1\.(\d)/g, '[fd00:244::$1]')
      .replace(/icmp-port/g, 'icmp6-port');

  it.each(['mermaid', 'dot'])('are drawn as far as they tell, in %s', async (form) => {
    const path = join(FIXTURES, 'expected', `torn.${form}`);
    expectFile(path, await pictureOf(['--live', '-', '-o', form], torn));
  });

  it('are drawn alike for IPv6', async () => {
    const drawn = asIPv6(readFileSync(join(FIXTURES, 'expected/torn.dot'), 'utf8'));
    const titled = drawn.replace(/^( {4}label="[^"]*)/gm, '$1 IPv6');
    expect(await pictureOf(['--live', '-', '-o', 'dot'], asIPv6(torn))).toBe(titled);
  });
});

const HOSTILE = `*nat
:KUBE-SERVICES - [0:0]
:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]
:a]<b>;&#lt;%%\\N - [0:0]
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "a/b cluster IP" -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SVC-AAAAAAAAAAAAAAAA -i x|y -m string --string "\\"</text><script>${'!'.repeat(90)}" -j a]<b>;&#lt;%%\\N
COMMIT
`;

describe('names that mean something to the language of the picture', () => {
  it('mean themselves in mermaid', async () => {
    const text = await pictureOf(['--live', '-'], HOSTILE);
    expect(text).toContain('p1n3["a]#60;b#62;#59;#38;#35;lt#59;#37;#37;#92;N"]');
    for (const [label] of text.matchAll(/"[^"]*"/g))
      expect(label).toMatch(/^"(?:[^"<>&;#|{}`]|#\d+;|<br\/>)*"$/);
  });

  it('mean themselves in dot', async () => {
    const text = await pictureOf(['--live', '-', '-o', 'dot'], HOSTILE);
    expect(text).toContain('p1n3 [label="a]<b>;&amp;#lt;%%\\\\N", shape=box];');
  });

  it('mean themselves in svg', async () => {
    const text = await pictureOf(['--live', '-', '-o', 'svg'], HOSTILE);
    expect(text).toContain('>a]&lt;b&gt;;&amp;#lt;%%\\N</text>');
    expect(text).not.toContain('<script');
    expect(text).toContain('…</text>');
  });
});
