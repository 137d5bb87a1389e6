import { FRAUD_PATTERNS, type FraudPattern } from '../../../core/fraud/detection.ts';

export type PatternConfidence = { pattern: FraudPattern; confidence: number };

/** SQL: the highest confidence of each pattern, in the order of `FRAUD_PATTERNS`. */
export const HIGHEST_OF_PATTERNS = `[${FRAUD_PATTERNS.map((name) => `max(${name})`).join(', ')}]`;

/**
 * @param highest as `HIGHEST_OF_PATTERNS` has it; empty: none
 * @returns the patterns that were there at all, the strongest first
 */
export function confidencesOf(highest: readonly number[]): PatternConfidence[] {
  return FRAUD_PATTERNS.map((pattern, at) => ({ pattern, confidence: rounded(highest[at] ?? 0) }))
    .filter(({ confidence }) => confidence > 0)
    .sort((a, b) => b.confidence - a.confidence);
}

/** Cut to three decimals. */
export function rounded(value: number): number {
  return Math.floor(value * 1_000) / 1_000;
}
