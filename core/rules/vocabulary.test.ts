import { describe, expect, it } from 'vitest';
import { compileDestination } from '../destination/compile.ts';
import { findField } from './fields.ts';
import { OPERATOR_NAMES, prepareComparison } from './operators.ts';
import { describeRules } from './vocabulary.ts';

const { fields, operators, macros } = describeRules();

/** Of values like these, one is right for each field. */
const SAMPLES = ['17.4', '10.0.0.1', 'mobile', 'monday', 'DE', '2026-03-29', 7, 0.5, true];

/** Whether an operator can be used with a field in the way in which it says that it is used. */
function isUsable(name: string, operator: string, takes: string): boolean {
  const field = findField(name.endsWith('.') ? `${name}sub1` : name);
  if ('fault' in field) {
    return false;
  }
  const values = takes === 'none' ? [undefined] : SAMPLES;
  return values.some((value) => {
    const given = { none: undefined, one: value, list: [value], range: [value, value] }[takes];
    return !('fault' in prepareComparison(field, operator, given));
  });
}

describe('the vocabulary of rules', () => {
  it.each(fields.map(({ field }) => field))(
    'says of %s exactly the operators that a rule with it may use',
    (name) => {
      const described = fields.find(({ field }) => field === name);
      const usable = operators.filter(({ operator, takes }) => isUsable(name, operator, takes));
      expect(described?.operators).toEqual(usable.map(({ operator }) => operator));
    },
  );

  it('explains every field, operator and macro', () => {
    for (const text of [
      ...fields.map(({ hint }) => hint),
      ...operators.map(({ label }) => label),
      ...macros.map(({ meaning }) => meaning),
    ]) {
      expect(text).toMatch(/\w/);
    }
    expect(operators.map(({ operator }) => operator)).toEqual(OPERATOR_NAMES);
  });

  it('lists all values of fields that have few', () => {
    const withValues = fields.filter(({ values }) => values !== undefined);
    expect(withValues.map(({ field }) => field)).toEqual(['device_type', 'weekday']);
    for (const { field: name, values = [] } of withValues) {
      const field = findField(name);
      for (const value of values) {
        expect('fault' in field || 'fault' in prepareComparison(field, 'equals', value)).toBe(
          false,
        );
      }
    }
  });

  it('names macros as destinations take them', () => {
    const all = macros.map(({ macro }) => macro.replace('<name>', 'sub1')).join('/');
    expect(compileDestination(`https://shop.example/${all}`, []).kind).toBe('compiled');
  });
});
