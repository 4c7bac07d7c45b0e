import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { markdownReview } from '../../src/review/markdown.ts';
import { asBlock, asCode, asSentence } from '../../src/review/markdown-text.ts';
import { type Review } from '../../src/review/review.ts';

const REVIEW: Review = {
  summary: '1 Service differs, 4 equal',
  groups: [
    {
      name: 'default/web:http',
      items: [
        {
          code: 'missing-endpoint',
          severity: 'error',
          message: 'endpoint 10.244.2.10:8080 is missing on the node',
          place: { file: 'deploy/web.yaml', line: 3, column: 5 },
          lines: ['- -A KUBE-SVC-A -j KUBE-SEP-B'],
        },
        { code: 'wrong-order', severity: 'warning', message: 'rules stand in another order', lines: [] },
      ],
    },
    { name: 'node', items: [{ code: 'missing-jump', severity: 'error', message: 'no jump', lines: [] }] },
  ],
  notes: ['KUBE-SVC-OLD is left over'],
};

const BRIEF = { verbose: false };

/** As a code host shows it: HTML in Markdown is HTML. */
const html = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const tagsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name = '']) => name));

describe('a review as Markdown', () => {
  it('tells in words by Service, with the rules folded below', () => {
    expect(markdownReview(REVIEW, BRIEF)).toBe(
      `### svc2ipt: 1 Service differs, 4 equal

**<code>default/web&#58;http</code>**

- endpoint <code>10.244.2.10:8080</code> is missing on the node (<code>deploy/web.yaml:3</code>, <code>missing-endpoint</code>)
- warning: rules stand in another order (<code>wrong-order</code>)

<details><summary>rules</summary>

\`\`\`diff
- -A KUBE-SVC-A -j KUBE-SEP-B
\`\`\`

</details>

**<code>node</code>**

- no jump (<code>missing-jump</code>)

> <code>KUBE-SVC-OLD</code> is left over
`.replace('&#58;', ':'),
    );
  });

  it('is shown as it is meant', () => {
    expect(html(markdownReview(REVIEW, BRIEF))).toBe(`<h3>svc2ipt: 1 Service differs, 4 equal</h3>
<p><strong><code>default/web:http</code></strong></p>
<ul>
<li>endpoint <code>10.244.2.10:8080</code> is missing on the node (<code>deploy/web.yaml:3</code>, <code>missing-endpoint</code>)</li>
<li>warning: rules stand in another order (<code>wrong-order</code>)</li>
</ul>
<details><summary>rules</summary>
<pre><code class="language-diff">- -A KUBE-SVC-A -j KUBE-SEP-B
</code></pre>
</details>
<p><strong><code>node</code></strong></p>
<ul>
<li>no jump (<code>missing-jump</code>)</li>
</ul>
<blockquote>
<p><code>KUBE-SVC-OLD</code> is left over</p>
</blockquote>
`);
  });

  it('says so when there is nothing', () => {
    expect(markdownReview({ summary: 'a.save is up to date', groups: [], notes: [] }, BRIEF)).toBe(
      '### svc2ipt: <code>a.save</code> is up to date\n',
    );
  });
});

describe('a comment on a code host has room for', () => {
  const many: Review = {
    ...REVIEW,
    groups: Array.from({ length: 3000 }, (_, at) => ({
      name: `default/web-${at}`,
      items: Array.from({ length: 30 }, () => ({
        code: 'missing-rule',
        severity: 'error' as const,
        message: 'x'.repeat(2000),
        lines: Array.from({ length: 30 }, () => `- ${'y'.repeat(2000)}`),
      })),
    })),
  };
  const [first] = many.groups;

  it('the first Services; the others are counted', () => {
    const short = { ...many, groups: many.groups.map(({ name }) => ({ name, items: [] })) };
    const text = markdownReview(short, BRIEF);
    expect(text.length).toBeLessThan(65_536);
    const shown = (text.match(/^\*\*/gm) ?? []).length;
    expect(text).toContain(
      `\n\n${3000 - shown} more of them: the same command with <code>-v</code> tells all.\n`,
    );
    expect(markdownReview(short, { verbose: true }).match(/^\*\*/gm)).toHaveLength(3000);
  });

  it('20 findings of a Service, 20 lines of a finding, 1,000 characters of a line', () => {
    const text = markdownReview({ ...many, groups: [{ name: 'a', items: first!.items.slice(0, 1) }] }, BRIEF);
    expect(text.match(/^- y{998}\.\.\.$/gm)).toHaveLength(20);
    expect(text).toContain('\n(10 more lines)\n');
    const items = first!.items.map((item) => ({ ...item, message: 'short', lines: [] }));
    const listed = markdownReview({ ...many, groups: [{ name: 'a', items }] }, BRIEF);
    expect(listed.match(/^- short /gm)).toHaveLength(20);
    expect(listed).toContain('\n- 10 more\n');
  });

  it('everything, with -v', () => {
    const text = markdownReview({ ...many, groups: many.groups.slice(0, 1) }, { verbose: true });
    expect(text.match(/^- y{2000}$/gm)).toHaveLength(900);
  });
});

describe('a hostile name cannot leave its place', () => {
  const HOSTILE = [
    '</code></details><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '![x](https://evil.example/x.png)',
    '[click](javascript:alert(1))',
    '`code` **bold** ~~gone~~ __u__',
    '```\n</details>\n# heading',
    '````````',
    'https://evil.example www.evil.example a@evil.example',
    '<!-- comment',
    '&lt;script&gt; &#60;b&#62;',
    '@everyone #1 $x$ :boom:',
    '| a | b |\n|---|---|',
    '\\`\\<b>\\',
    '1. one\n2. two',
    'x\u202ey\u0000\u001b[31m',
    '-->]]><![CDATA[ <?php ?>',
  ];
  const reviewOf = (text: string): Review => ({
    summary: text,
    groups: [
      {
        name: text,
        items: [
          {
            code: 'missing-rule',
            severity: 'error',
            message: text,
            place: { file: text, line: 1, column: 1 },
            lines: [`- ${text}`, text],
          },
        ],
      },
    ],
    notes: [text],
  });
  /** `ol` and `li` come of a note that begins with a number, which does no harm. */
  const HARMLESS = new Set([
    'h3',
    'p',
    'strong',
    'code',
    'ul',
    'ol',
    'li',
    'details',
    'summary',
    'pre',
    'blockquote',
  ]);
  const strangers = (text: string): readonly string[] =>
    [...tagsOf(html(markdownReview(reviewOf(text), BRIEF)))].filter((tag) => !HARMLESS.has(tag));

  it.each(HOSTILE)('%j', (text) => {
    const shown = html(markdownReview(reviewOf(text), BRIEF));
    expect(strangers(text)).toEqual([]);
    expect(shown.match(/<details>/g)).toHaveLength(1);
    expect(shown.match(/<pre>/g)).toHaveLength(1);
    expect(shown.match(/<strong>/g)).toHaveLength(1);
  });

  it('whatever it is made of', () => {
    const words = fc.constantFrom(
      ...HOSTILE,
      ' ',
      '\n',
      '<',
      '>',
      '`',
      '*',
      '_',
      '[',
      ']',
      '(',
      ')',
      '#',
      '-',
      'a',
      '&',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 8 }), (parts) => {
        expect(strangers(parts.join(''))).toEqual([]);
      }),
    );
  });
});

describe('text as Markdown', () => {
  it('keeps plain words and shows others as code', () => {
    expect(asSentence('the Service (web) is gone; 2 rules stay, see KUBE-SVC-A.')).toBe(
      'the Service (web) is gone; 2 rules stay, see <code>KUBE-SVC-A</code>.',
    );
    expect(asSentence('--a --b c')).toBe('<code>--a --b</code> c');
    expect(asSentence(', ...')).toBe(', ...');
    expect(asSentence('(--a) 1/2 (50%), done')).toBe('(<code>--a) 1/2 (50%)</code>, done');
    expect(asSentence('2 files (a/b, c/d): x')).toBe('2 files (<code>a/b</code>, <code>c/d</code>): x');
    expect(asSentence('')).toBe('');
    expect(asSentence('the rule "a plain #1" of "b')).toBe(
      'the rule <code>&#34;a plain &#35;1&#34;</code> of <code>&#34;b</code>',
    );
  });

  it('escapes code', () => {
    expect(asCode('a<b>&`*')).toBe('<code>a&#60;b&#62;&#38;&#96;&#42;</code>');
  });

  it('has a fence longer than any in the lines', () => {
    expect(asBlock(['a ```` b', 'c'], '')).toBe('`````\na ```` b\nc\n`````');
  });
});
