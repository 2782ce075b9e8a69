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
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.KeyRequestTable;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests for inner maps that can't be created. */
@KernelTest
class KernelDemandFailureTest {
    private static final MapShape INNER = new MapShape("flow", MapKind.HASH, 4, 8, 4, 0);
    private static final int SLOTS = 64;
    private static final int IMPOSSIBLE = -1;
    private static final Codec<Integer> KEY =
            Codec.of(4, (value, to, at) -> to.putInt(at, value), KernelDemandFailureTest::read);

    private final KernelMapFactory kernel = new KernelMapFactory();
    private final Limited factory = new Limited(kernel);
    private final RawMap requests = kernel.create(new MapShape("requests", MapKind.HASH, 4, 8, SLOTS, 0), null);
    private final KeyRequestTable table = new KeyRequestTable(
            new OpenMap("requests", requests),
            new OpenMap("lost", kernel.create(new MapShape("lost", MapKind.ARRAY, 4, 8, 1, 0), null)));
    private final RawMap prototype = kernel.create(INNER, null);
    private final RawMap outer =
            kernel.create(new MapShape("tenant", MapKind.ARRAY_OF_MAPS, 4, 4, SLOTS, 0), prototype);
    private final Nest nest = new Nest(new OpenMap("tenant", outer), INNER, factory, List.of(), null, table);
    private final OnDemandServer<Integer> server = new OnDemandServer<Integer>(
            "tenant", nest, KEY, OnDemandServer.Options.defaults(), served -> {}, (slot, fresh) -> {});

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
                throw BpfException.of("creation").errno(ErrnoNumbers.ENOMEM).build();
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
        outer.close();
        prototype.close();
    }

    private static int read(ByteBuffer from, int at) {
        int key = from.getInt(at);
        if (key == IMPOSSIBLE) {
            throw new IllegalArgumentException("no key has these bytes");
        }
        return key;
    }

    /** Counts a miss of a key, as a program does. */
    private void miss(int key) {
        try (Scratch scratch = Scratch.take(16)) {
            scratch.block().bytes().putInt(0, key).putLong(8, 1);
            assertThat(requests.update(scratch.block(), 0, 8, RawMap.ANY)).isZero();
        }
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
        int served = 0;
        for (int i = 0; i < 20; i++) {
            served += serve();
        }
        assertThat(served).isEqualTo(10);
        assertThat(server.missed()).isEqualTo(10);
    }

    @Test
    void removesRequestsOfRefusedKeysEvenIfMapsCannotBeCreated() {
        factory.most = 0;
        miss(IMPOSSIBLE);
        miss(2);
        assertThat(serve()).isZero();

        assertThat(table.keys(SLOTS)).hasSize(1);
        assertThat(server.refused()).isEqualTo(1);
    }

    @Test
    void refusesIndicesBeyondTheLastSlot() {
        miss(SLOTS);
        miss(SLOTS - 1);
        assertThat(serve()).isEqualTo(1);

        assertThat(table.keys(SLOTS)).isEmpty();
        assertThat(server.refused()).isEqualTo(1);
    }
}
