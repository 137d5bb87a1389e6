import type { Parameters } from './parameters.ts';

/** A test of a text that is there (not ''), and the same in SQL. */
export type TextOperation = {
  reads: 'raw' | 'folded';
  test(text: string): boolean;
  /** @param text SQL of the text, folded or not as `reads` says */
  sql(text: string, parameters: Parameters): string;
  /** For tests that hold for these texts and no others. */
  keys?: readonly string[];
  /** For tests that hold only for texts which contain one of these, folded. */
  parts?: readonly string[];
};

/** A test of a number, and the same in SQL. */
export type NumberOperation = {
  reads: 'number';
  test(value: number): boolean;
  sql(value: string, parameters: Parameters): string;
  keys?: readonly number[];
};

/** Why a value cannot be used; `at`: which one of a list. */
export type ValueFault = { fault: string; at?: number };
