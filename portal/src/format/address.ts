/** Beginning and end of an address or hash: enough to tell two apart. */
export function short(text: string): string {
  return text.length <= 20 ? text : `${text.slice(0, 10)}…${text.slice(-6)}`;
}
