// The list of answers and the selection: list, map and card show the same one.

import { card } from "./card";
import type { AnswerRow } from "./contracts";
import { byId, make, show } from "./dom";
import { verdict } from "./features";
import { meters } from "./format";
import type { MapView, Mark } from "./map";

const SHOWN_MAX = 200;
const NEAR_ZOOM = 17.3;

type Order = "asked" | "error" | "outside" | "refused";

const ORDERS: Record<Order, (rows: AnswerRow[]) => number[]> = {
  asked: (rows) => [...rows.keys()],
  error: (rows) => [...rows.keys()].sort((a, b) => (rows[b]!.error_m ?? -1) - (rows[a]!.error_m ?? -1)),
  outside: (rows) => [...rows.keys()].filter((index) => verdict(rows[index]!) === "outside"),
  refused: (rows) => [...rows.keys()].filter((index) => verdict(rows[index]!) === "refused"),
};

const mark = ({ truth, answer, r68_m, r95_m }: AnswerRow): Mark => ({ truth, answer, r68_m, r95_m });

export class AnswerBook {
  private order: number[] = [];
  private selected: number | null = null;
  private shown: number | null | undefined = undefined;

  constructor(
    private readonly rows: AnswerRow[],
    private readonly map: MapView | null,
  ) {
    const select = byId<HTMLSelectElement>("order");
    select.addEventListener("change", () => this.list(select.value as Order));
    byId("answers").addEventListener("keydown", (event) => this.moveFocus(event));
    byId("previous").addEventListener("click", () => this.step(-1));
    byId("next").addEventListener("click", () => this.step(1));
    byId("close").addEventListener("click", () => this.select(null));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.select(null));
    map?.onPick("answer-points", (index) => this.hover(index), (index) => this.select(index));
    this.list("asked");
    this.show(null);
  }

  /** Pins one answer, or none; `fit` brings it into view. */
  select(index: number | null, fit = false): void {
    this.selected = index;
    this.show(index);
    for (const button of byId("answers").querySelectorAll<HTMLElement>("button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset["index"]) === index));
    }
    const row = index === null ? undefined : this.rows[index];
    if (row && fit) this.map?.fit(mark(row), NEAR_ZOOM);
  }

  private hover(index: number | null): void {
    this.show(this.selected ?? index);
  }

  private show(index: number | null): void {
    if (index === this.shown) return;
    this.shown = index;
    const row = index === null ? undefined : this.rows[index];
    this.map?.mark(row ? mark(row) : null);
    show(byId("card"), !!row);
    show(byId("hint"), !row);
    if (row) byId("card-body").replaceChildren(...card(row, index!, this.rows.length));
  }

  private list(order: Order): void {
    this.order = ORDERS[order](this.rows);
    const items = this.order.slice(0, SHOWN_MAX).map((index, position) => make("li", {}, this.button(index, position)));
    const rest = this.order.length - items.length;
    if (rest > 0) items.push(make("li", { class: "muted" }, `and ${rest} more: pick them on the map, or step with Next`));
    if (items.length === 0) items.push(make("li", { class: "muted" }, "none"));
    byId("answers").replaceChildren(...items);
  }

  private button(index: number, position: number): HTMLElement {
    const row = this.rows[index]!;
    const kind = verdict(row);
    const props = {
      type: "button", "data-index": index, tabindex: position === 0 ? 0 : -1,
      "aria-pressed": String(index === this.selected), click: () => this.select(index, true),
    };
    const dot = make("span", { class: `swatch swatch-${kind}`, "aria-hidden": "true" });
    const words = kind === "refused" ? "refused" : `${meters(row.error_m)} · R95 ${meters(row.r95_m)}`;
    return make("button", props, dot, make("span", {}, `${index + 1} ${row.slice}`), make("span", { class: "number" }, words));
  }

  private step(by: number): void {
    if (this.order.length === 0) return;
    const position = this.selected === null ? -1 : this.order.indexOf(this.selected);
    const next = (position + by + this.order.length) % this.order.length;
    this.select(this.order[next]!, true);
  }

  /** One stop for Tab, arrows within: a list of two hundred should not take two hundred presses. */
  private moveFocus(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const buttons = [...byId("answers").querySelectorAll<HTMLElement>("button")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    if (!by || at < 0) return;
    event.preventDefault();
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, at + by))]!;
    buttons[at]!.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
