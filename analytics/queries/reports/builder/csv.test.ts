import { describe, expect, it } from 'vitest';
import { csvRow, csvText } from './csv.ts';

describe('a text in CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    [' padded', '" padded"'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', '"\'+1"'],
    ['-1', '"\'-1"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\t=1', '"\'\t=1"'],
    ['＝1', '"\'＝1"'],
  ])('is quoted where needed and never a formula: %j', (text, written) => {
    expect(csvText(text)).toBe(written);
  });

  it('stands beside numbers, which have two to four digits after the point', () => {
    expect(csvRow(['-x', null, 12, '1234.50000000000000', '0.12345', '-3.1'], 2)).toBe(
      '"\'-x",,12,1234.50,0.1235,-3.10\r\n',
    );
  });
});
