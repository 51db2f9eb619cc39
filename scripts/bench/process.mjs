// The operating system's figures of a process (Linux).
import fs from 'node:fs';

/** CPU time so far in ms: user and system, all threads, without children. */
export function cpuMs(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident set and its peak, in MB. */
export function memoryMb(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = name => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { rss: of('VmRSS'), peak: of('VmHWM') };
}
