/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads the attributes that an outer map requires of its inner maps. The outer maps are empty. */
@KernelTest
class KernelPrototypeTest {
    private static final List<MapShape> INNERS = List.of(
            new MapShape("hash", MapKind.HASH, 12, 20, 64, MapFlags.NO_PREALLOC),
            new MapShape("array", MapKind.ARRAY, 4, 70_000, 3, MapFlags.INNER_MAP),
            new MapShape("lru", MapKind.LRU_PERCPU_HASH, 1, 8, 0x7fff, MapFlags.RDONLY_PROG),
            new MapShape("events", MapKind.RINGBUF, 0, 0, 65_536, 0));

    private final KernelMaps maps = new KernelMaps();
    private final List<RawMap> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(RawMap::close);
    }

    @ParameterizedTest
    @EnumSource(names = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
    void readsTheAttributesOfThePrototype(MapKind outer) {
        for (MapShape inner : INNERS) {
            RawMap map = outer(outer, inner);

            assertThat(maps.prototype(map))
                    .usingRecursiveComparison()
                    .ignoringFields("name", "managed")
                    .isEqualTo(inner);
            assertThat(maps.prototype(map)).as("reads it once").isSameAs(maps.prototype(map));
        }
    }

    @Test
    void plainMapsHaveNoPrototype() {
        assertThat(maps.prototype(map(INNERS.get(0), null))).isNull();
    }

    /** As for a process without CAP_PERFMON. */
    @Test
    void nothingIsKnownIfTheKernelRefusesTheProgram() {
        RawMap map = outer(MapKind.HASH_OF_MAPS, INNERS.get(0));
        assertThat(KernelFeature.RAW_TRACEPOINT_RUNS.isPresent())
                .as("a process remembers the answer")
                .isTrue();
        try (WatchedThread thread = new WatchedThread()) {
            thread.run(
                    call -> call == SystemCall.PROG_LOAD ? Errno.EPERM : null,
                    () -> assertThat(maps.prototype(map)).isNull());
        }
        assertThat(maps.prototype(map)).isNotNull();
    }

    private RawMap outer(MapKind kind, MapShape inner) {
        return map(new MapShape("outer", kind, 4, 4, 2, 0), map(inner, null));
    }

    private RawMap map(MapShape shape, @Nullable RawMap prototype) {
        RawMap map = maps.create(shape, prototype);
        open.add(map);
        return map;
    }
}
