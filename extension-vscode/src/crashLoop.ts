const mostCrashes = 4;
const periodMs = 3 * 60_000;

/** Decides whether a crashed server is started again: not after the fifth crash within three minutes. */
export class CrashLoop {
  private times: number[] = [];

  /** Crashes within the period. */
  get count(): number {
    return this.times.length;
  }

  /** Counts a crash. `now` is in ms. */
  mayRestart(now: number): boolean {
    this.times = [...this.times.filter(time => now - time < periodMs), now];
    return this.times.length <= mostCrashes;
  }
}
