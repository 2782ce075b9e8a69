/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

/**
 * A sum of counts.
 *
 * @param rows number of rows; 0 if unknown
 * @param packets number of datagrams
 * @param bytes their length, with the UDP headers
 * @param exact false if counts are missing: then the numbers are lower bounds
 */
record Sum(long rows, long packets, long bytes, boolean exact) {
    static final Sum ZERO = new Sum(0, 0, 0, true);

    Sum plus(Sum other) {
        return new Sum(rows + other.rows, packets + other.packets, bytes + other.bytes, exact && other.exact);
    }

    /** Whether both count the same. */
    boolean counts(Sum other) {
        return packets == other.packets && bytes == other.bytes && exact == other.exact;
    }

    @Override
    public String toString() {
        return String.format("%s%,d datagrams with %,d bytes", exact ? "" : "at least ", packets, bytes);
    }
}
