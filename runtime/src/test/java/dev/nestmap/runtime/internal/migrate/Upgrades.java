/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Upgrades without a load, as a process with one thread makes them. */
public final class Upgrades {
    private Upgrades() {}

    /** What an upgrade has done. */
    public record Done(boolean done, int maps) {
        public static final Done NOTHING = new Done(false, 0);
    }

    /** The upgrade of a pin. */
    public static PinnedMapMigrator migrator(Schema records, Schema sized, String map, ClaimedPin claimed) {
        return new PinnedMapMigrator(records, sized, map, new KernelMapFactory(), claimed);
    }

    /** Migrates a pin, and ends before drains can pass the retired maps. */
    public static Done run(PinnedMapMigrator migrator, boolean pinsInners) {
        try (Upgrade upgrade = of(List.of(migrator), pinsInners)) {
            publish(upgrade, List.of(migrator));
            PreparedMigration prepared = upgrade.prepared().get(migrator.map().name());
            return prepared == null ? Done.NOTHING : new Done(true, prepared.copied());
        }
    }

    /** Migrates pins of one set, and lets the old maps wait for a drain. */
    static void complete(List<PinnedMapMigrator> migrators) {
        try (Upgrade upgrade = of(migrators, true)) {
            publish(upgrade, migrators);
            upgrade.requireNoOtherWriters(Set::of, Set::of);
            upgrade.settle(outer -> false);
        }
    }

    private static void publish(Upgrade upgrade, List<PinnedMapMigrator> migrators) {
        List<Pins.Lock> owned = new ArrayList<>();
        try {
            if (upgrade.isNeeded()) {
                migrators.forEach(migrator -> owned.add(migrator.claimed().own()));
            } else {
                migrators.forEach(migrator -> migrator.claimed().tidy());
            }
            upgrade.prepare(Map.of());
            upgrade.publish();
        } finally {
            new Cleanup().each(owned, Pins.Lock::close).rethrow();
        }
    }

    /** The upgrade of maps. */
    static Upgrade of(List<PinnedMapMigrator> all, boolean pinsInners) {
        Map<DeclaredPin, PinnedMapMigrator> migrators = new LinkedHashMap<>();
        all.forEach(migrator -> {
            String map = migrator.map().name();
            migrators.put(new DeclaredPin(map, map, pinsInners), migrator);
        });
        return new Upgrade("upgrade", new KernelMapFactory(), migrators, false);
    }
}
