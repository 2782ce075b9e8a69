/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Ring buffers on machines with larger pages: this kernel accepts the sizes that such a kernel requires. */
@KernelTest
class KernelPageSizeTest extends PinningTest {
    private static final long LARGE = 4L * 16384;
    private static final MapDef RING =
            new MapDef("event_map", MapRole.INNER, MapKind.RINGBUF, 4096, 0, null, Scalar.U64, null);
    private static final MapDef OUTER =
            new MapDef("tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, null, "event_map");
    private static final MapDef PLAIN =
            new MapDef("event", MapRole.PLAIN, MapKind.RINGBUF, 4096, 0, null, Scalar.U64, null);
    private static final Schema SCHEMA =
            new Schema("com.acme.Events", "events", List.of(), List.of(), List.of(RING, OUTER, PLAIN));

    @Test
    void createsRingBuffersOfWholePages() {
        KernelMapFactory maps = KernelMapFactory.withPages(LARGE);

        assertThat(size(maps, MapKind.RINGBUF, 4096)).isEqualTo(LARGE);
        assertThat(size(maps, MapKind.USER_RINGBUF, 16384)).isEqualTo(LARGE);
        assertThat(size(maps, MapKind.RINGBUF, 2 * LARGE)).isEqualTo(2 * LARGE);
        assertThat(size(new KernelMapFactory(), MapKind.RINGBUF, LARGE)).isEqualTo(LARGE);
        assertBpfException(
                        () -> size(maps, MapKind.RINGBUF, 5000),
                        "max_entries (5000) is the size in bytes, which must be a power of 2")
                .hasErrno(Errno.EINVAL);
    }

    @Test
    void createsInnerRingBuffersOfWholePages() {
        ObjectlessMap outer = new ObjectlessMapOpener(maps(LARGE)).create(OUTER, null, PinOptions.defaults(), false);
        Nest state = Objects.requireNonNull(outer.nest());
        try {
            assertThat(created(state, 1, state.innerShape())).isEqualTo(LARGE);
            assertThat(created(state, 2, state.innerShape().withMaxEntries(8192)))
                    .isEqualTo(LARGE);
        } finally {
            closeMap(outer);
        }
    }

    private static long created(Nest outer, int key, MapShape shape) {
        return outer.create(List.of(RawSlots.slot(key)), shape, (slot, inner) -> {})
                .get(0)
                .requireIncoming()
                .map()
                .shape()
                .maxEntries();
    }

    @Test
    void opensPinnedRingBuffersThatWereEnlarged() {
        KernelPins kernelPins = new KernelPins();
        RawMap ring = KernelMapFactory.withPages(LARGE).create(MapShape.of(PLAIN), null);
        kernelPins.pin(ring, fs.pin("event"), PinOptions.defaults());
        String directory = kernelPins.directory(PinNames.setOf(fs.pin("event")));
        String text =
                PinnedMapText.of(SCHEMA, PLAIN, ring.id(), "event", directory).print();
        kernelPins.write(fs.pin("event" + PinNames.SCHEMA), text, PinOptions.defaults());
        ring.close();
        ObjectlessMap created =
                new ObjectlessMapOpener(maps(LARGE)).create(OUTER, fs.pin("tenant"), PinOptions.defaults(), false);
        closeMap(created);

        open(maps(LARGE), PLAIN);
        open(maps(LARGE), OUTER);
        assertBpfException(() -> open(maps(LARGE / 2), PLAIN), "max_entries " + LARGE + " instead of " + LARGE / 2);
    }

    private void open(ExistingMapFinder maps, MapDef map) {
        ObjectlessMap opened = new ObjectlessMapOpener(maps)
                .open(
                        maps.schema().map(map.name()).orElseThrow(),
                        new PinPaths(fs.pin(map.name()), PinOptions.defaults(), MapAccess.READ_WRITE),
                        false);
        closeMap(opened);
    }

    private static ExistingMapFinder maps(long pageSize) {
        return new ExistingMapFinder(SCHEMA, SCHEMA, KernelMapFactory.withPages(pageSize), new KernelPins());
    }

    private static long size(KernelMapFactory maps, MapKind kind, long bytes) {
        try (RawMap ring = maps.create(new MapShape("ring", kind, 0, 0, bytes, 0), null)) {
            return ring.shape().maxEntries();
        }
    }
}
