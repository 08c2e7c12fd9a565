/** A shelf for browsers that keep nothing on the device: work can be done, and is lost with the page until it is sent. */

import type { Line, NewParcel, OpenItem, Parcel, Shelf } from "./model";

export class MemoryShelf implements Shelf {
  readonly #items = new Map<string, OpenItem>();
  readonly #lines = new Map<string, Map<number, Line>>();
  readonly #parcels = new Map<number, Parcel>();
  #last = 0;

  async open(item: OpenItem): Promise<void> {
    this.#items.set(item.key, item);
    this.#lines.set(item.key, new Map());
  }

  async append(lines: readonly Line[]): Promise<void> {
    for (const line of lines) this.#lines.get(line.key)?.set(line.seq, line);
  }

  async read(key: string): Promise<{ item: OpenItem; lines: readonly Line[] } | undefined> {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    const lines = [...(this.#lines.get(key)?.values() ?? [])];
    return { item, lines: lines.sort((left, right) => left.seq - right.seq) };
  }

  async items(person: number): Promise<readonly OpenItem[]> {
    const handedIn = new Set([...this.#parcels.values()].map(({ key }) => key));
    return [...this.#items.values()]
      .filter((item) => item.person === person && !handedIn.has(item.key))
      .sort((left, right) => left.openedAt - right.openedAt);
  }

  async enqueue(parcel: NewParcel): Promise<number> {
    this.#last += 1;
    this.#parcels.set(this.#last, { ...parcel, id: this.#last, tries: 0, notBefore: 0 });
    return this.#last;
  }

  async parcels(person: number): Promise<readonly Parcel[]> {
    return [...this.#parcels.values()].filter((parcel) => parcel.person === person);
  }

  async postpone(id: number, tries: number, notBefore: number): Promise<void> {
    this.#edit(id, (parcel) => ({ ...parcel, tries, notBefore }));
  }

  async park(id: number, why: NonNullable<Parcel["parked"]>): Promise<void> {
    this.#edit(id, (parcel) => ({ ...parcel, parked: why }));
  }

  async unpark(id: number): Promise<void> {
    this.#edit(id, ({ parked: _, ...parcel }) => ({ ...parcel, tries: 0, notBefore: 0 }));
  }

  async reopen(id: number): Promise<void> {
    this.#parcels.delete(id);
  }

  async settle(id: number): Promise<void> {
    const parcel = this.#parcels.get(id);
    this.#parcels.delete(id);
    if (parcel !== undefined) this.#drop(parcel.key);
  }

  async forget(key: string): Promise<void> {
    this.#drop(key);
    for (const { id, key: of } of [...this.#parcels.values()]) if (of === key) this.#parcels.delete(id);
  }

  async clear(person: number): Promise<void> {
    for (const { key } of await this.parcels(person)) await this.forget(key);
    for (const { key } of await this.items(person)) await this.forget(key);
  }

  close(): void {
    // Nothing is open.
  }

  #drop(key: string): void {
    this.#items.delete(key);
    this.#lines.delete(key);
  }

  #edit(id: number, change: (parcel: Parcel) => Parcel): void {
    const parcel = this.#parcels.get(id);
    if (parcel !== undefined) this.#parcels.set(id, change(parcel));
  }
}
