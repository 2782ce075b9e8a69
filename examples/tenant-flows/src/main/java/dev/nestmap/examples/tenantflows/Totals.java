/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import dev.nestmap.examples.tenantflows.TenantFlows.Flow;
import java.util.Locale;

/** A number of datagrams and their bytes. */
record Totals(long packets, long bytes) {
    static final Totals NONE = new Totals(0, 0);

    Totals plus(Totals other) {
        return new Totals(packets + other.packets, bytes + other.bytes);
    }

    Totals plus(Flow flow) {
        return plus(new Totals(flow.packets(), flow.bytes()));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d datagrams with %,d bytes", packets, bytes);
    }
}
