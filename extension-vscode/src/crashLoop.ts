const mostCrashes = 4;
const within = 3 * 60_000;

/** Says whether a server that ended by itself is worth another start: not after five crashes in three minutes. */
export class CrashLoop {
  private times: number[] = [];

  /** The crashes that count. */
  get count(): number {
    return this.times.length;
  }

  /** Counts a crash. `now` is in ms. */
  mayRestart(now: number): boolean {
    this.times = [...this.times.filter(time => now - time < within), now];
    return this.times.length <= mostCrashes;
  }
}
