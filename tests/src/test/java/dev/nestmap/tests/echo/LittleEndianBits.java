/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

/** Reads and writes numbers at bit positions of a byte array, in little-endian order. */
final class LittleEndianBits {
    private LittleEndianBits() {}

    static long get(byte[] bytes, long from, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            long bit = from + i;
            long set = bytes[(int) (bit / Byte.SIZE)] >> bit % Byte.SIZE & 1;
            value |= set << i;
        }
        return value;
    }

    static void put(byte[] bytes, long from, int count, long value) {
        for (int i = 0; i < count; i++) {
            long bit = from + i;
            int at = (int) (bit / Byte.SIZE);
            int mask = 1 << bit % Byte.SIZE;
            bytes[at] = (byte) ((value >> i & 1) == 0 ? bytes[at] & ~mask : bytes[at] | mask);
        }
    }
}
