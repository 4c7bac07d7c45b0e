import { rmSync } from 'node:fs';

/** Files that are not to stay when the process is interrupted. */
const unfinished = new Set<string>();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on, a signal that ends the process (Ctrl-C) removes the file first. Returns what to call when the file is
 * finished or gone.
 */
export function removeWhenInterrupted(path: string): () => void {
  if (unfinished.size === 0) listen();
  unfinished.add(path);
  return () => {
    unfinished.delete(path);
    if (unfinished.size === 0) stopListening();
  };
}

/** A command that ends in its own way, as a watch does, finishes its files. */
function listen(): void {
  for (const signal of SIGNALS) if (process.listenerCount(signal) === 0) process.on(signal, die);
}

function stopListening(): void {
  for (const signal of SIGNALS) process.off(signal, die);
}

function die(signal: NodeJS.Signals): void {
  for (const path of unfinished) rmSync(path, { force: true });
  stopListening();
  process.kill(process.pid, signal);
}
