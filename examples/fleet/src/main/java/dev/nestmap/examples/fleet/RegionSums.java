/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.examples.fleet.NextFleet.FlowKey;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartPosition;
import dev.nestmap.kafka.SeenParts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Sums of the tenants of a region. If a part is missing, or a shipper has begun another series, which may repeat maps, all sums of this time are
 * lower bounds: nobody knows whose parts are missing.
 */
final class RegionSums {
    private final boolean continues;
    private final SeenParts seen = new SeenParts();

    /** The series of each shipper. */
    private final Map<String, UUID> series = new HashMap<>();

    private Map<Long, Tenant> tenants = new HashMap<>();
    private boolean doubt;

    /** @param continues whether an earlier process has added parts. Then the first part of a shipper may have any number */
    RegionSums(boolean continues) {
        this.continues = continues;
    }

    /** The sums of a tenant. */
    static final class Tenant {
        final Map<FlowKey, Flow> flows = new HashMap<>();

        /** As in {@link Part#lostInserts}. */
        long lostInserts;

        private void add(Part<Long, Flow> part) {
            part.entries().forEach(flow -> flows.merge(flow.key(), flow, Tenant::plus));
            if (part.isExact() || lostInserts == Part.UNKNOWN) {
                return;
            }
            if (part.lostInserts() <= 0) {
                lostInserts = Part.UNKNOWN;
            } else if (part.number() == 1) { // each part of a map has the number of the map
                long sum = lostInserts + part.lostInserts();
                lostInserts = sum < 0 ? Long.MAX_VALUE : sum;
            }
        }

        private static Flow plus(Flow a, Flow b) {
            return new Flow(a.key(), a.packets() + b.packets(), a.bytes() + b.bytes(), a.large() + b.large());
        }
    }

    /** Remembers a part that an earlier process has added. It has reported what is missing before. */
    void addEarlier(Part<Long, Flow> part) {
        PartPosition position = part.position();
        series.put(position.shipper(), position.series());
        addUpTo(position, position.number() - 1);
        seen.add(part);
    }

    void add(Part<Long, Flow> part) {
        PartPosition position = part.position();
        UUID before = series.put(position.shipper(), position.series());
        if (before == null && continues) {
            addUpTo(position, position.number() - 1);
        }
        doubt |= before != null && !before.equals(position.series());
        if (seen.add(part)) {
            tenants.computeIfAbsent(part.key(), tenant -> new Tenant()).add(part);
        }
    }

    private void addUpTo(PartPosition of, long number) {
        if (number > 0) {
            seen.addUpTo(new PartPosition(of.shipper(), of.series(), number));
        }
    }

    /** Returns the sums since the previous call. */
    Map<Long, Tenant> take() {
        List<SeenParts.Gap> gaps = seen.gaps();
        for (SeenParts.Gap gap : gaps) {
            System.out.println(gap);
            seen.addUpTo(new PartPosition(gap.shipper(), gap.series(), gap.last())); // reported once
        }
        Map<Long, Tenant> taken = tenants;
        if (doubt || !gaps.isEmpty()) {
            taken.values().forEach(sum -> sum.lostInserts = Part.UNKNOWN);
        }
        tenants = new HashMap<>();
        doubt = false;
        return taken;
    }
}
