/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A guest opens an outer map and what is beside it, while somebody exchanges generations all the time. Only their texts
 * differ, so a guest that mixed the generations would accept the map of the other version.
 */
@KernelTest
class KernelMixedGenerationsTest extends PinningTest {
    private static final Schema ONE = schema(Scalar.U32);
    private static final Schema OTHER = schema(Scalar.BE32);
    private static final int OPENED = 2_000;

    @Test
    void aGuestSeesOneOfThem() throws Exception {
        int one = create(ONE);
        Files.move(fs.path("now"), fs.path("kept")); // whoever owns the set removes next
        create(OTHER);
        Files.move(fs.path("kept"), fs.path("next"));
        AtomicBoolean ends = new AtomicBoolean();
        Thread upgrades = new Thread(() -> exchangeUntil(ends));
        upgrades.start();
        int found = 0;
        int mixed = 0;
        try {
            for (int i = 0; i < OPENED; i++) {
                try {
                    ObjectlessMap opened = opener(ONE, new KernelPins()).open(outer(ONE), pinPaths("tenant"), false);
                    found++;
                    mixed += opened.map().raw().id() == one ? 0 : 1;
                    closeMap(opened);
                } catch (BpfException e) {
                    assertThat(e).hasMessageContaining("tenant was a HASH_OF_MAPS with keys ");
                }
            }
        } finally {
            ends.set(true);
            upgrades.join();
        }

        assertThat(found).as("opened maps").isBetween(1, OPENED - 1);
        assertThat(mixed).as("maps that are of the other version, of %d", found).isZero();
    }

    /** Makes the system calls of another process, of which this one knows nothing. */
    private void exchangeUntil(AtomicBoolean ends) {
        try (Descriptor set = new Descriptor(SystemCallWrappers.open(fs.path("")))) {
            while (!ends.get()) {
                SystemCallWrappers.exchange(set.fd(), "now", "next");
            }
        }
    }

    private int create(Schema version) {
        ObjectlessMap created = opener(version, new KernelPins())
                .create(outer(version), pinPaths("tenant").outer(), pins, false);
        int id = created.map().raw().id();
        closeMap(created);
        return id;
    }

    private static MapDef outer(Schema version) {
        return Objects.requireNonNull(version.map("tenant").orElse(null));
    }

    private static Schema schema(Scalar key) {
        MapDef inner = new MapDef("flow_map", MapRole.INNER, MapKind.HASH, 64, 0, Scalar.U32, Scalar.U64, null);
        MapDef outer = new MapDef("tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, 16, 0, key, null, "flow_map");
        return new Schema("com.acme.Network", "network", List.of(), List.of(), List.of(inner, outer));
    }
}
