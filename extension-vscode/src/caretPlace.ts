/** A caret in a version of a document; line and character are 0-based, the character in UTF-16 units. */
export interface CaretPlace {
  readonly uri: string;
  readonly version: number;
  readonly line: number;
  readonly character: number;
}

/** Whether an answer for a place is still useful: the caret is there now, and the user did not dismiss ghost text there. */
export function isStillWanted(answered: CaretPlace, current: CaretPlace | undefined, dismissed: CaretPlace | undefined): boolean {
  return isSame(answered, current) && !isSame(answered, dismissed);
}

function isSame(one: CaretPlace, other: CaretPlace | undefined): boolean {
  return !!other && one.uri === other.uri && one.version === other.version && one.line === other.line && one.character === other.character;
}
