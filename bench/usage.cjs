/** Loaded into each measured process: writes what the process used to the file that SVC2IPT_BENCH_USAGE names. */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1000, peak: maxRSS / 1024 };
  writeFileSync(process.env.SVC2IPT_BENCH_USAGE, JSON.stringify(usage));
});
