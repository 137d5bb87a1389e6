import { describe, expect, test } from 'vitest';
import {
  fromByteString,
  identifierName,
  quoteIdentifier,
  quoteString,
  toByteString,
  tokenize,
} from './sql-lexer.ts';

const texts = (sql: string) => [...tokenize(toByteString(sql))].map(({ text }) => text);
const kinds = (sql: string) => [...tokenize(toByteString(sql))].map(({ kind }) => kind);

describe('tokenize', () => {
  test('leaves out spaces and all kinds of comments', () => {
    const sql = 'a -- ; b\n/* ; /* nested ; */ ; */ c # ; d\n#! ;\n// ;\ne #f';
    expect(texts(sql)).toEqual(['a', 'c', 'e', '#', 'f']);
  });

  test('keeps a semicolon inside quotes of every kind', () => {
    for (const quoted of ["'a;b'", '"a;b"', '`a;b`', '$$a;b$$', '$t$a;b$t$', '‘a;b’', '“a;b”']) {
      expect(texts(`x ${quoted} y`).map(fromByteString)).toEqual(['x', quoted, 'y']);
    }
  });

  test('does not end a string at an escaped or doubled quote', () => {
    expect(texts("'a\\'b' 'a''b' '\\\\' c")).toEqual(["'a\\'b'", "'a''b'", "'\\\\'", 'c']);
  });

  test('calls what has no end broken and takes it to the end of the text', () => {
    for (const open of ["'a", '"a', '`a', '/* a', '‘a', "'a\\'"]) {
      expect(kinds(`x ${open} ; y`)).toEqual(['word', 'broken']);
    }
  });

  test('tells a heredoc from a dollar sign in a name', () => {
    expect(texts('a$b$c $x$ ; $x$')).toEqual(['a$b$c', '$x$ ; $x$']);
  });
});

test('a quoted name or string is one token that stands for the same text, whatever it contains', () => {
  for (const text of ["a'b", 'a`b', 'a\\', '`; DROP TABLE x; --', "\\'", 'ü\n\0']) {
    const bytes = toByteString(text);
    const [name, ...more] = tokenize(quoteIdentifier(bytes));
    expect(name && identifierName(name)).toBe(bytes);
    expect(more).toEqual([]);
    expect([...tokenize(quoteString(bytes))].map(({ kind }) => kind)).toEqual(['string']);
  }
});
