/** One run of the command line in a process of its own; prints its wall time in ms and peak memory in MiB as JSON. */
import { main } from '../dist/cli/main.js';
import { processIo } from '../dist/cli/io.js';

const code = await main(process.argv.slice(2), processIo());
const peak = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ code, milliseconds: performance.now(), peak })}\n`);
