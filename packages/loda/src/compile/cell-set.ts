// Set algebra on cells.

export type CellSet = ReadonlySet<number>;

export function union(a: CellSet, b: CellSet): Set<number> {
  return new Set([...a, ...b]);
}

export function intersection(a: CellSet, b: CellSet): Set<number> {
  return new Set([...a].filter((cell) => b.has(cell)));
}

export function difference(a: CellSet, b: CellSet): Set<number> {
  return new Set([...a].filter((cell) => !b.has(cell)));
}

export function overlap(a: CellSet, b: CellSet): boolean {
  for (const cell of a) if (b.has(cell)) return true;
  return false;
}
