/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An {@code Error} at each step of a change of pinned maps, after the kernel has made it: before and after each call of a map and of a pin.
 * This process and the next one together get each map once.
 */
@KernelTest
@Timeout(120)
class KernelNestErrorsTest extends PinningTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final MapShape OUTER = new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0);
    private static final List<SlotKey> SLOTS =
            List.of(new SlotKey(1, new byte[] {1, 0, 0, 0}), new SlotKey(2, new byte[] {2, 0, 0, 0}));
    private static final int MOST_STEPS = 1000;

    private final KernelMapFactory kernel = new KernelMapFactory();

    /** The number of the step that fails, counted from the change of the kernel; steps before it are not counted. */
    private int failing;

    private int step;
    private volatile boolean isChanged;

    private @Nullable Nest nest;

    /** Pins that were moved by a thread that had not the turn at the slots. */
    private final List<String> unlocked = new ArrayList<>();

    record Change(String name, BiFunction<KernelNestErrorsTest, Nest, List<SlotChange>> action) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Change> changes() {
        return Stream.of(
                new Change("rotate", (test, nest) -> nest.rotate(SLOTS, true)),
                new Change("unchecked take", (test, nest) -> nest.take(SLOTS, false)),
                new Change("rotate to filled maps", (test, nest) -> nest.rotate(SLOTS, filled -> {})));
    }

    private synchronized void step() {
        if (isChanged && step++ == failing) {
            throw new AssertionError("a test");
        }
    }

    /** A map with a step before and after each of its calls. */
    private final class FailingMap extends DelegatingMap {
        private final RawMap map;

        FailingMap(RawMap map) {
            super(map);
            this.map = map;
        }

        @Override
        public int id() {
            step();
            return super.id();
        }

        @Override
        public MapShape shape() {
            step();
            return super.shape();
        }

        @Override
        public RawMap duplicate() {
            step();
            return new FailingMap(super.duplicate());
        }

        @Override
        public void close() {
            super.close();
            step();
        }
    }

    private static Object unwrapped(Object argument) {
        return argument instanceof FailingMap failing ? failing.map : argument;
    }

    /** Pins with a step before and after each call. Pins of inner maps change in the turn at the slots. */
    private Pins failingPins() {
        KernelPins pins = new KernelPins(this.pins);
        return (Pins) Proxy.newProxyInstance(
                Pins.class.getClassLoader(), new Class<?>[] {Pins.class}, (proxy, method, arguments) -> {
                    Nest open = nest;
                    if (open != null && isChanged && method.getName().equals("move") && !open.queue.isHeldByCaller()) {
                        unlocked.add(Arrays.toString(arguments));
                    }
                    step();
                    try {
                        Object result = method.invoke(
                                pins,
                                Stream.ofNullable(arguments)
                                        .flatMap(Arrays::stream)
                                        .map(KernelNestErrorsTest::unwrapped)
                                        .toArray());
                        if (!method.getName().equals("lock")) { // nobody could release it
                            step();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Nest open(RawMap raw, Pins files, Path pin) {
        OpenMap outer = new OpenMap(OUTER.name(), new DelegatingMap(raw) {
            @Override
            public int updateBatch(Batch keys, List<RawMap> inners) {
                int result = super.updateBatch(
                        keys,
                        inners.stream()
                                .map(KernelNestErrorsTest::unwrapped)
                                .map(RawMap.class::cast)
                                .toList());
                isChanged = failing >= 0;
                return result;
            }

            @Override
            public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
                int result = super.update(block, keyAt, (RawMap) unwrapped(inner), flags);
                isChanged = failing >= 0;
                return result;
            }

            @Override
            public int delete(OffHeapBlock block, int keyAt) {
                int result = super.delete(block, keyAt);
                isChanged = failing >= 0;
                return result;
            }

            @Override
            public int deleteBatch(Batch keys) {
                int result = super.deleteBatch(keys);
                isChanged = failing >= 0;
                return result;
            }
        });
        NestPins beside = new NestPins(
                new ClaimedPin(files, new PinPaths(pin, pins, MapAccess.READ_WRITE)),
                Scalar.U32,
                true,
                OtherVersions.NONE);
        return new Nest(
                outer,
                INNER,
                new DelegatingFactory(kernel) {
                    @Override
                    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
                        return new FailingMap(super.create(shape, prototype));
                    }

                    @Override
                    public @Nullable RawMap open(int id) {
                        RawMap map = super.open(id);
                        return map == null ? null : new FailingMap(map);
                    }
                },
                List.of(),
                beside,
                null);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachMapComesOnce(Change change) {
        int failed = 0;
        for (int n = 0; n < MOST_STEPS; n++) {
            if (!isFailing(change, n)) {
                break;
            }
            failed++;
        }
        assertThat(failed).as("steps after the change").isBetween(5, MOST_STEPS - 1);
    }

    /** Returns false if there is no such step. */
    private boolean isFailing(Change change, int n) {
        Path pin = fs.pin(change.name().replace(' ', '_') + n);
        failing = -1;
        isChanged = false;
        step = 0;
        nest = null;
        RawMap prototype = kernel.create(INNER, null);
        RawMap outer = kernel.create(OUTER, prototype);
        prototype.close();
        new KernelPins(pins).pin(outer, pin, pins);
        List<Integer> expected = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        Nest first = open(outer, failingPins(), pin);
        nest = first;
        first.create(SLOTS, (slot, inner) -> {})
                .forEach(made -> expected.add(made.requireIncoming().id()));

        failing = n;
        Throwable thrown = null;
        List<SlotChange> returned = List.of();
        try {
            returned = change.action().apply(this, first);
        } catch (Throwable e) {
            thrown = e;
        }
        boolean hasFailed = step > n;
        failing = -1;
        isChanged = false;
        String when = change + ", step " + n + ", which threw " + thrown;
        for (SlotChange each : returned) {
            OpenMap map = each.displaced();
            if (map != null) {
                got.add(map.id());
                map.close();
            }
        }
        drain(first, got);
        SLOTS.stream().map(first.slots()::idOf).filter(expected::contains).forEach(got::add);
        assertThat(unlocked).as(when).isEmpty();
        assertThat(got).as(when).containsExactlyInAnyOrderElementsOf(expected);
        close(first, outer, when);

        RawMap again = requireNonNull(new KernelPins(pins).open(pin, MapAccess.READ_WRITE));
        Nest next = open(again, new KernelPins(pins), pin);
        List<Integer> left = new ArrayList<>();
        drain(next, left);
        assertThat(left).as("what the next process gets: " + when).isEmpty();
        close(next, again, when);
        assertThat(new KernelPins(pins).list(new PinPaths(pin, pins, MapAccess.READ_WRITE).draining()))
                .as(when)
                .isEmpty();
        return hasFailed;
    }

    private static void drain(Nest nest, List<Integer> ids) {
        nest.findEarlier(false);
        for (DisplacedMap waiting : nest.waiting()) {
            OpenMap map = nest.open(waiting);
            if (map != null) {
                ids.add(map.id());
                map.close();
            }
        }
    }

    private static void close(Nest nest, RawMap outer, String when) {
        try {
            nest.close("a test");
        } catch (BpfException e) {
            throw new AssertionError(when, e);
        }
        outer.close();
    }
}
