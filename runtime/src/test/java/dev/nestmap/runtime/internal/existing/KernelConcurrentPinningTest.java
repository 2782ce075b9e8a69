/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.type.Scalar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two processes, of different versions, create and pin one outer map at the same time. */
@KernelTest
@Timeout(300) // of a busy machine
class KernelConcurrentPinningTest extends PinningTest {
    private static final Schema BEFORE = schema(Scalar.U32);
    private static final Schema AFTER = schema(Scalar.U64);

    private static final Schema ON_DEMAND = onDemand();

    private final Interleaving interleaving = new Interleaving();

    @Test
    void oneOfThemPinsItsMapWithItsPrototype() throws IOException {
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            AtomicReference<String> first = new AtomicReference<>("");
            AtomicReference<String> second = new AtomicReference<>("does not run");
            inserted = interleaving.run(
                    () -> first.set(create(BEFORE, interleaving.pins())),
                    n,
                    () -> second.set(create(AFTER, interleaving.pins())));

            assertThat(first.get().isEmpty() ^ second.get().isEmpty())
                    .as("one is refused, with the second before operation %d: %s, %s", n, first, second)
                    .isTrue();
            Schema pinned = first.get().isEmpty() ? BEFORE : AFTER;
            ObjectlessMap opened = opener(pinned, new KernelPins()).open(outer(pinned), pinPaths("tenant"), false);
            closeMap(opened);
            assertThat(opened.isLayoutCompared())
                    .as("whether the layout was compared, which needs the prototype, with the second before operation "
                            + n)
                    .isTrue();
            mountAnew();
        }
    }

    /** Whoever finds the outer map finds it again. */
    @Test
    void anOnDemandMapStaysPinned() throws IOException {
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            AtomicReference<@Nullable RawMap> found = new AtomicReference<>();
            inserted = interleaving.run(
                    () -> assertThat(create(ON_DEMAND, interleaving.pins())).isEmpty(), n, () -> found.set(find()));
            try (RawMap map = found.get()) {
                assertThat(map == null
                                || new KernelPins()
                                        .isPinned(map, pinPaths("tenant").outer()))
                        .as("whether the found map is pinned, with the second before operation %d", n)
                        .isTrue();
            }
            mountAnew();
        }
    }

    /** They appear in one step, so whoever finds the map can serve requests. */
    @Test
    void anOnDemandMapComesWithThoseBesideIt() throws IOException {
        KernelPins pins = new KernelPins();
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            inserted = interleaving.run(
                    () -> assertThat(create(ON_DEMAND, interleaving.pins())).isEmpty(), n, () -> {
                        if (pins.exists(pinPaths("tenant").outer())) {
                            assertThat(pins.exists(pinPaths("tenant").uncounted()))
                                    .isTrue();
                            assertThat(pins.exists(pinPaths("tenant").requests()))
                                    .isTrue();
                        }
                    });
            mountAnew();
        }
    }

    private @Nullable RawMap find() {
        ExistingMapFinder finder =
                new ExistingMapFinder(ON_DEMAND, ON_DEMAND, new KernelMapFactory(), new KernelPins());
        ExistingMapFinder.Found found = finder.find(outer(ON_DEMAND), pinPaths("tenant"));
        return found == null ? null : found.map();
    }

    /** Creates the map. Returns the message if that is refused, and otherwise an empty text. */
    private String create(Schema version, Pins pins) {
        PinPaths paths = pinPaths("tenant");
        return refusal(
                () -> closeMap(opener(version, pins).create(outer(version), paths.outer(), paths.options(), false)));
    }

    private static MapDef outer(Schema version) {
        return version.map("tenant").orElseThrow();
    }

    private static Schema schema(Scalar value) {
        MapDef inner = new MapDef("flow_map", MapRole.INNER, MapKind.HASH, 64, 0, Scalar.U32, value, null);
        MapDef outer = new MapDef("tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, 16, 0, Scalar.U32, null, "flow_map");
        return new Schema("com.acme.Network", "network", List.of(), List.of(), List.of(inner, outer));
    }

    private static Schema onDemand() {
        KeyRequestMaps requests = KeyRequestMaps.of(outer(BEFORE), 64);
        List<MapDef> maps = new ArrayList<>(BEFORE.maps());
        requests.maps().forEach(maps::add);
        maps.add(UncountedMap.of(outer(BEFORE)));
        return new Schema("com.acme.Network", "network", List.of(), List.of(), maps);
    }
}
