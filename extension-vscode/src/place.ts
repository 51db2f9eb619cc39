/** A caret in a version of a document. */
export interface Place {
  readonly uri: string;
  readonly version: number;
  readonly line: number;
  readonly character: number;
}

/** Whether an answer for a place is still of use: the caret is there now, and what stood there was not dismissed. */
export function isStillWanted(answered: Place, now: Place | undefined, dismissed: Place | undefined): boolean {
  return isSame(answered, now) && !isSame(answered, dismissed);
}

function isSame(one: Place, other: Place | undefined): boolean {
  return !!other && one.uri === other.uri && one.version === other.version && one.line === other.line && one.character === other.character;
}
