import { describe, expect, it } from '@jest/globals';
import { recordMatcher } from '../../src/logs/core/filter/match-record.js';
import type { LogCondition } from '../../src/logs/core/filter/log-filter.js';
import { tokensOf } from '../../src/logs/core/filter/tokens.js';
import { aLogRecord } from '../support/log-records.js';
import { ANY, having, type LogStoreFixture } from './log-store.fixture.js';

const words = (text: string): LogCondition => ({ kind: 'words', tokens: tokensOf(text) });
const phrase = (text: string): LogCondition => ({ kind: 'phrase', tokens: tokensOf(text) });
const regex = (pattern: string): LogCondition => ({ kind: 'regex', pattern });

const MESSAGES = [
  'GET /index.html 200',
  'connection refused by 10.0.0.7:443',
  'Connection was refused',
  'refused connection',
  'timeout=30 time_out',
  'Straße ÄRGER İstanbul',
  'STRASSE',
  'ﬁnd ½ ① x² Ⅻ',
  '请求 失败',
  'tab\there\nsecond line\r\nthird',
  "it's 100% a_b a.b [x] {y} \\z",
  'a\u0000b',
  'ΣΊΣΥΦΟΣ σίσυφος',
  `${'x'.repeat(200)} long`,
  'Error: boom\n  at Foo.bar(Foo.java:12)\n  at main',
  'WORD.word-word_word',
  '',
  '\u212aelvin 1e5',
];

/** Words, phrases and regular expressions of messages. */
export function describeText(at: LogStoreFixture): void {
  it.each([
    ['words', ['GET 200', 'refused', 'connection REFUSED', 'time_out', 'time', 'straße', 'ärger', 'STRASSE']],
    ['words', ['i̇stanbul', 'fi', 'ﬁnd', 'x²', '½', '请求', '请', 'σίσυφος', 'a b', 'x'.repeat(200), 'x'.repeat(128)]],
    ['words', ['word_word', 'foo java 12', '10 0 0 7 443', 'z', 's', 'kelvin', '1e5', 'here second third']],
    ['phrase', ['connection refused', 'refused connection', 'index html', '0 0', 'line third', 'at foo bar', 'a b']],
    ['phrase', ['word word', 'boom at', '30 time_out', '失败', 'get', 'it s 100']],
    [
      'regex',
      ['refused', '^refused', '(?i)CONNECTION', 'refused$', 'here.second', '(?s)here.second', '(?m)^  at main$'],
    ],
    ['regex', ['\\bword\\b', '\\d{2,}', '[^\\x00-\\x7f]', 'a\\x00b', 'a[._]b', '%|\\\\z', '\\p{Greek}+', '(?i)straße']],
    [
      'regex',
      ['^$', '\\.html\\s+\\d+$', '(a|b)*c?', '\\pL\\pN', '(?i)k', 'second line$', '\\Asecond', '[[:alpha:]]{8}'],
    ],
  ] as const)('finds by %s what the reference finds: %s', async (kind, texts) => {
    const records = MESSAGES.map((message, sequence) => aLogRecord({ message, sequence }));
    await at.append(...records.slice(0, 9));
    await at.keep();
    await at.append(...records.slice(9));
    for (const text of texts) {
      const condition = { words, phrase, regex }[kind](text);
      for (const isNegated of [false, true]) {
        const filter = { terms: [{ condition, isNegated }] };
        const expected = records.filter(recordMatcher(filter)).map(({ message }) => message);
        expect({ text, isNegated, found: await at.messages(filter) }).toEqual({ text, isNegated, found: expected });
      }
    }
  });

  describe('a regular expression', () => {
    it.each(['(a+)+$', '(a|aa)+$', '(.*a){12}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
      'that makes others take for ever is answered: %s',
      async (pattern) => {
        await at.append(aLogRecord({ message: `${'a'.repeat(5_000)}!` }));
        expect(await at.messages(having(regex(pattern)))).toEqual([]);
        expect(await at.messages(ANY)).toHaveLength(1);
      },
    );
  });
}
