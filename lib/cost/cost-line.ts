/** One item of a monthly bill, in dollars. */
export interface CostLine {
  readonly service: string;
  readonly item: string;
  /** The cost without any load. */
  readonly fixed: number;
  /** The cost of the load. */
  readonly byLoad: number;
  /** What Weir adds to the traffic of the brokers and the hours of brokers, pollers and warehouse. */
  readonly isAdded: boolean;
}

/** What Weir adds. */
export const added = (service: string, item: string, byLoad: number, fixed = 0): CostLine => ({
  service,
  item,
  fixed,
  byLoad,
  isAdded: true,
});

/** What stands whatever the load, and is not counted per event. */
export const fixedLine = (service: string, item: string, fixed: number): CostLine => ({
  service,
  item,
  fixed,
  byLoad: 0,
  isAdded: false,
});
