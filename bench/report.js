/** From samples to figures, and to a table of them. */

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const sum = (values) => values.reduce((total, value) => total + value, 0);

/**
 * Figures of all measures of one shape. Ratios are medians of the ratios of each round, in which the machine was the
 * same for all.
 *
 * @param rounds one map per round, from `NAME` of a measure and `REVISION` to its sample
 */
export function figuresOf({ shape, measures, rounds, revisions, bytes }) {
  const [now, other] = revisions;
  return measures
    .filter(({ name }) => rounds.every((round) => round.get(now.name)?.get(name) !== undefined))
    .map(({ name, floor = [] }) => {
      const samples = rounds.map((round) => round.get(now.name).get(name));
      const ratio = (key) =>
        floor.length === 0
          ? undefined
          : median(
              rounds.map(
                (round, at) =>
                  samples[at][key] / sum(floor.map((part) => round.get(now.name).get(part)[key])),
              ),
            );
      const earlier = rounds.map((round) => round.get(other?.name)?.get(name));
      return {
        shape,
        measure: name,
        cpu: median(samples.map(({ cpu }) => cpu)),
        wall: median(samples.map(({ wall }) => wall)),
        peak: Math.max(...samples.map(({ peak }) => peak)),
        bytes: bytes.get(name),
        floor: floor.join(' + ') || undefined,
        cpuRatio: ratio('cpu'),
        wallRatio: ratio('wall'),
        ...(earlier.every((sample) => sample !== undefined) && {
          against: median(samples.map(({ cpu }, at) => cpu / earlier[at].cpu)),
        }),
      };
    });
}

/** Adds to each figure how it grew since the next smaller shape, as a multiple of the growth of the input. */
export function withGrowth(figures) {
  const sizeOf = ({ shape }) => Number(/^\d+/.exec(shape)[0]);
  const restOf = ({ shape }) => shape.replace(/^\d+/, '');
  return figures.map((figure) => {
    const smaller = figures
      .filter(
        (one) =>
          one.measure === figure.measure && restOf(one) === restOf(figure) && sizeOf(one) < sizeOf(figure),
      )
      .toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
    if (smaller === undefined) return figure;
    return { ...figure, growth: figure.cpu / smaller.cpu / (sizeOf(figure) / sizeOf(smaller)) };
  });
}

const COLUMNS = [
  ['input', ({ shape }) => shape],
  ['measure', ({ measure }) => measure],
  ['CPU ms', ({ cpu }) => cpu.toFixed(0)],
  ['ms', ({ wall }) => wall.toFixed(0)],
  ['MiB', ({ peak }) => peak.toFixed(0)],
  ['MB out', ({ bytes }) => (bytes === undefined ? '' : (bytes / 1e6).toFixed(1))],
  ['CPU/floor', ({ cpuRatio }) => cpuRatio?.toFixed(2) ?? ''],
  ['ms/floor', ({ wallRatio }) => wallRatio?.toFixed(2) ?? ''],
  ['growth', ({ growth }) => growth?.toFixed(2) ?? ''],
  ['floor', ({ floor }) => floor ?? ''],
];

/** A table in plain text; `against` adds a column for the revision of that name. */
export function tableOf(figures, against) {
  const columns = [...COLUMNS];
  if (against !== undefined)
    columns.splice(-1, 0, [`now/${against}`, (figure) => figure.against?.toFixed(2) ?? '']);
  const rows = [
    columns.map(([title]) => title),
    ...figures.map((figure) => columns.map(([, show]) => show(figure))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  const isText = (at) => at < 2 || at === columns.length - 1;
  return rows
    .map((row) =>
      row
        .map((cell, at) => (isText(at) ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
