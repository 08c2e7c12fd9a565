/** Chart rows by day, those in which nothing happened filled in. Pure. */

export interface DayRow {
  readonly day: string;
}

/** The days of the rows from the first to the last, each with its rows. */
export function byDay<R extends DayRow>(
  rows: readonly R[],
): readonly { readonly day: string; readonly rows: readonly R[] }[] {
  const days = rows.map(({ day }) => day).sort();
  const [first, last] = [days[0], days[days.length - 1]];
  if (first === undefined || last === undefined) return [];
  const all: { day: string; rows: R[] }[] = [];
  for (let time = Date.parse(first); time <= Date.parse(last); time += 86_400_000) {
    all.push({ day: new Date(time).toISOString().slice(0, 10), rows: [] });
  }
  const found = new Map(all.map((one) => [one.day, one.rows]));
  for (const row of rows) found.get(row.day)?.push(row);
  return all;
}

export function sumOf<R>(rows: readonly R[], value: (row: R) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}
