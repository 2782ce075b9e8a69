/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import dev.nestmap.examples.tenantflows.TenantFlows.Flow;
import dev.nestmap.examples.tenantflows.TenantFlows.FlowKey;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.FlowMap;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.TenantMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Prints an outer map with its inner maps as a tree. */
record Tree(Consumer<String> out) {
    private static final Comparator<Flow> BY_PORTS = Comparator.comparingInt(
                    (Flow flow) -> flow.key().destinationPort())
            .thenComparingInt(flow -> flow.key().sourcePort());

    void print(TenantMap tenants) {
        out.accept(String.format(
                Locale.ROOT, "tenant  %s, %d of %d", tenants.type(), tenants.count(), tenants.maxEntries()));
        List<Long> ports = new ArrayList<>(tenants.keys());
        ports.sort(Comparator.naturalOrder());
        for (Iterator<Long> rest = ports.iterator(); rest.hasNext(); ) {
            long port = rest.next();
            FlowMap flows = tenants.get(port);
            if (flows != null) {
                print(port, flows, !rest.hasNext());
            }
        }
    }

    private void print(long port, FlowMap flows, boolean last) {
        out.accept(String.format(
                Locale.ROOT,
                "%s port %d  %s id %d, %d of %d",
                last ? "└─" : "├─",
                port,
                flows.type(),
                flows.id(),
                flows.count(),
                flows.maxEntries()));
        List<Flow> sorted = new ArrayList<>();
        flows.forEach(sorted::add);
        sorted.sort(BY_PORTS);
        for (Iterator<Flow> rest = sorted.iterator(); rest.hasNext(); ) {
            Flow flow = rest.next();
            out.accept(String.format(
                    Locale.ROOT,
                    "%s  %s %-46s %,9d packets %,12d bytes",
                    last ? "  " : "│ ",
                    rest.hasNext() ? "├─" : "└─",
                    describe(flow.key()),
                    flow.packets(),
                    flow.bytes()));
        }
    }

    private static String describe(FlowKey key) {
        return String.format(
                Locale.ROOT,
                "%s:%d → %s:%d",
                key.source().getHostAddress(),
                key.sourcePort(),
                key.destination().getHostAddress(),
                key.destinationPort());
    }
}
