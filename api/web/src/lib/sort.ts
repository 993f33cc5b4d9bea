/** Rows in the order of a column: empty ones at the end either way. */
export function sortRows<T>(rows: readonly T[], value: (row: T) => unknown, descending: boolean): T[] {
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || left === undefined) return right === null || right === undefined ? 0 : 1;
    if (right === null || right === undefined) return -1;
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : compareTexts(String(left), String(right));
    return descending ? -order : order;
  });
}

function compareTexts(left: string, right: string): number {
  const [a, b] = [Number(left), Number(right)];
  if (left !== '' && right !== '' && !Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return left.localeCompare(right);
}
