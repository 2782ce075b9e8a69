/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import java.util.Locale;

/** Datagrams and their bytes, UDP header included. */
record Totals(long packets, long bytes) {
    static final Totals NONE = new Totals(0, 0);

    Totals plus(Totals other) {
        return new Totals(packets + other.packets, bytes + other.bytes);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d datagrams with %,d bytes", packets, bytes);
    }
}
