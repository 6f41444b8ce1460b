import { describe, expect, it } from '@jest/globals';
import { addressKey, takeToken, type Bucket } from './token-bucket.js';

const size = { capacity: 10, refillMs: 60_000 };

describe('takeToken', () => {
  it('gives as many as fit in, then says how long to wait', () => {
    let bucket: Bucket | undefined;
    for (let i = 0; i < 10; i++) {
      const got = takeToken(bucket, size, 1_000);
      expect(got.taken).toBe(true);
      bucket = got.bucket;
    }
    expect(takeToken(bucket, size, 1_000)).toMatchObject({ taken: false, waitMs: 6_000 });
    expect(takeToken(bucket, size, 5_000)).toMatchObject({ taken: false, waitMs: expect.closeTo(2_000, -1) });
    expect(takeToken(bucket, size, 7_000)).toMatchObject({ taken: true });
  });

  it('never holds more than its capacity, and gains nothing from a clock that goes back', () => {
    const full = takeToken({ tokens: 3, atMs: 0 }, size, 1e9);
    expect(full.bucket.tokens).toBe(9);
    expect(takeToken({ tokens: 0, atMs: 5_000 }, size, 0)).toMatchObject({ taken: false });
  });
});

describe('addressKey', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['2001:0DB8:0000:0001::2', '2001:db8:0:1::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['', ''],
  ])('counts %s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
