import { describe, expect, it } from 'vitest';
import { formatAnnotation, githubReview } from '../../src/review/github.ts';
import { type Review, type ReviewItem } from '../../src/review/review.ts';

const HERE = { folder: '/home/me/repo/sub', root: '/home/me/repo' };

const item = (message: string, more: Partial<ReviewItem> = {}): ReviewItem => ({
  code: 'missing-endpoint',
  severity: 'error',
  message,
  lines: [],
  ...more,
});

const review = (items: readonly ReviewItem[], notes: readonly string[] = []): Review => ({
  summary: '1 Service differs, 0 equal',
  groups: [{ name: 'default/web', items }],
  notes,
});

describe('a review as workflow commands', () => {
  it('is annotations at file, line and column, errors first', () => {
    const found = review(
      [
        item('less bad', { severity: 'warning' }),
        item('endpoint 10.244.2.10:8080 is missing', {
          place: { file: 'web.yaml', line: 3, column: 5 },
          lines: ['- -A KUBE-SVC-A', '+ 50%'],
        }),
      ],
      ['something else'],
    );
    expect(githubReview(found, HERE, { verbose: false })).toBe(
      [
        '::error file=sub/web.yaml,line=3,col=5,title=default/web [missing-endpoint]::endpoint 10.244.2.10:8080 is missing%0A- -A KUBE-SVC-A%0A+ 50%25',
        '::warning title=default/web [missing-endpoint]::less bad',
        '::notice title=svc2ipt::something else',
        '::notice title=svc2ipt::1 Service differs, 0 equal',
        '',
      ].join('\n'),
    );
  });

  it('is empty when there is nothing to tell', () => {
    expect(githubReview({ summary: 'all is well', groups: [], notes: [] }, HERE, { verbose: false })).toBe(
      '',
    );
  });

  it.each([
    ['/home/me/repo/a.yaml', 'a.yaml'],
    ['../a.yaml', 'a.yaml'],
    ['../../a.yaml', '../../a.yaml'],
    ['/elsewhere/a.yaml', '/elsewhere/a.yaml'],
    ['..a.yaml', 'sub/..a.yaml'],
  ])('the file %s is %s to GitHub', (file, path) => {
    expect(
      formatAnnotation(
        { level: 'notice', title: '', message: '', place: { file, line: 1, column: 2 } },
        HERE,
      ),
    ).toBe(`::notice file=${path},line=1,col=2,title=::`);
  });

  it('no text of the input makes a command or a property of its own', () => {
    const evil = 'a,line=9::%0A\r\n::error::b\u2028##[error]c';
    const found: Review = {
      summary: evil,
      groups: [
        { name: evil, items: [item(evil, { place: { file: evil, line: 1, column: 1 }, lines: [evil] })] },
      ],
      notes: [evil],
    };
    const shown = 'a,line=9::%250A\\r\\n::error::b\\u2028##[error]c';
    const property = 'a%2Cline=9%3A%3A%250A\\r\\n%3A%3Aerror%3A%3Ab\\u2028##[error]c';
    expect(githubReview(found, HERE, { verbose: false }).split('\n')).toEqual([
      `::error file=sub/${property},line=1,col=1,title=${property} [missing-endpoint]::${shown}%0A${shown}`,
      `::notice title=svc2ipt::${shown}`,
      `::notice title=svc2ipt::${shown}`,
      '',
    ]);
  });
});
