/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.UncountedTable;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.UncountedMap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests for inner maps that can't be created keep no other request waiting. */
@KernelTest
class KernelDemandFailureTest {
    private static final MapShape INNER = new MapShape("flow", MapKind.HASH, 4, 8, 4, 0);
    private static final int SLOTS = 64;
    private static final int IMPOSSIBLE = -1;
    private static final Codec<Integer> KEY =
            Codec.of(4, (value, to, at) -> to.putInt(at, value), KernelDemandFailureTest::read);

    private final KernelMapFactory kernel = new KernelMapFactory();
    private final Limited factory = new Limited(kernel);
    private static final MapShape MISSES = new MapShape("misses", MapKind.HASH, 4, 8, SLOTS, 0);
    private final RawMap missPrototype = kernel.create(MISSES, null);
    private final RawMap requests =
            kernel.create(new MapShape("requests", MapKind.ARRAY_OF_MAPS, 4, 4, 1, 0), missPrototype);
    private final Nest tables = new Nest(new OpenMap("requests", requests), MISSES, kernel, List.of(), null, null);
    private final UncountedTable uncounted = new UncountedTable(new OpenMap(
            "uncounted",
            kernel.create(
                    new MapShape("uncounted", MapKind.PERCPU_ARRAY, 4, 8, UncountedMap.Counter.values().length, 0),
                    null)));
    private final KeyRequestTable table = new KeyRequestTable(tables, uncounted);
    private final RawMap prototype = kernel.create(INNER, null);
    private final RawMap outer =
            kernel.create(new MapShape("tenant", MapKind.ARRAY_OF_MAPS, 4, 4, SLOTS, 0), prototype);
    private final Nest nest = new Nest(new OpenMap("tenant", outer), INNER, factory, List.of(), null, table);
    private final List<MissReport<Integer>> reports = new ArrayList<>();
    private final OnDemandServer<Integer> server =
            new OnDemandServer<Integer>("tenant", nest, KEY, Duration.ofMillis(5), reports::add, (slot, fresh) -> {});

    /** Memory suffices for so many inner maps. */
    private static final class Limited extends DelegatingFactory {
        private final List<KernelMap> created = new ArrayList<>();
        private int most = Integer.MAX_VALUE;

        Limited(KernelMapFactory factory) {
            super(factory);
        }

        @Override
        public RawMap create(MapShape shape, @Nullable RawMap prototype) {
            created.removeIf(map -> map.fd() < 0);
            if (created.size() >= most) {
                throw BpfException.of(ErrnoNumbers.ENOMEM, "creation").build();
            }
            KernelMap map = KernelMap.of(super.create(shape, prototype));
            created.add(map);
            return map;
        }
    }

    @AfterEach
    void close() {
        nest.close("the test is over");
        factory.created.forEach(RawMap::close);
        table.close("the test is over");
        uncounted.map().close("the test is over");
        outer.close();
        prototype.close();
        missPrototype.close();
    }

    private static int read(ByteBuffer from, int at) {
        int key = from.getInt(at);
        if (key == IMPOSSIBLE) {
            throw new IllegalArgumentException("no key has these bytes");
        }
        return key;
    }

    @BeforeEach
    void createTable() {
        table.create();
    }

    /** Counts a miss of a key, as a program does. */
    private void miss(int key) {
        SlotKey slot = RawSlots.slot(0);
        OpenMap misses = Objects.requireNonNull(
                        tables.slots().find(slot, tables.slots().idOf(slot)))
                .map();
        RawSlots.putEntry(misses, key, 1);
    }

    private int serve() {
        try {
            return server.serve();
        } catch (BpfException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            return 0;
        }
    }

    @Test
    void servesAsManyKeysAsMemorySuffices() {
        factory.most = 10;
        for (int key = 0; key < 20; key++) {
            miss(key);
        }
        for (int i = 0; i < 20; i++) {
            serve();
        }
        assertThat(sum(MissReport::total)).isEqualTo(20);
        assertThat(server.statistics().missed() + sum(MissReport::waiting)).isEqualTo(20);
        assertThat(nest.slots().count()).isEqualTo(10);
    }

    @Test
    void removesRequestsOfRefusedKeysEvenIfMapsCannotBeCreated() {
        factory.most = 0;
        miss(IMPOSSIBLE);
        miss(2);
        assertThat(serve()).isZero();

        assertThat(table.current()).isEmpty();
        assertThat(sum(MissReport::refused)).isEqualTo(1);
        assertThat(sum(MissReport::waiting)).isEqualTo(1);
    }

    @Test
    void refusesIndicesBeyondTheLastSlot() {
        miss(SLOTS);
        miss(SLOTS - 1);
        assertThat(serve()).isEqualTo(1);

        assertThat(table.current()).isEmpty();
        assertThat(sum(MissReport::refused)).isEqualTo(1);
    }

    private long sum(ToLongFunction<MissReport<Integer>> count) {
        return reports.stream().mapToLong(count).sum();
    }
}
