/** Bytes, gzipped. */
export function sizes(dist?: string): {
  first: number;
  all: number;
  styles: number;
  budget: number;
};
