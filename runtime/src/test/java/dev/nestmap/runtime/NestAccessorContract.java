/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.BulkMode;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.QueryLayout;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.testing.Entries;
import dev.nestmap.runtime.testing.MapsUnderTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries of inner maps are the same, whichever way they are read. */
abstract class NestAccessorContract implements MapsUnderTest {
    private static final int TENANTS = 12;
    private static final int SEEDS = 8;

    /** So many reads are worth a program. */
    private static final int READS_BEFORE_PROGRAM = 1000;

    private static final MapShape SMALL_OUTER = new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 8, 0);
    private static final MapShape SMALL_INNER = new MapShape("inner", MapKind.HASH, 4, 8, 4, 0);

    private Nest state;
    private OpenMap outer;
    private Nested nested;

    /** The key that can't be decoded. */
    private @Nullable ByteString odd;

    static Stream<Arguments> pathsAndSeeds() {
        return Stream.of(BulkMode.values())
                .flatMap(mode -> IntStream.range(0, SEEDS).mapToObj(seed -> Arguments.of(mode, seed)));
    }

    @BeforeEach
    void openSmallMaps() {
        open(SMALL_OUTER, SMALL_INNER);
    }

    @AfterEach
    void close() {
        System.clearProperty(BulkMode.PROPERTY);
        outer.revoke("the test is over");
        state.close("the test is over");
        outer.raw().close();
    }

    @ParameterizedTest
    @MethodSource("pathsAndSeeds")
    void readsMapsOfRandomShapes(BulkMode mode, int seed) {
        Random random = new Random(seed);
        boolean isArray = random.nextInt(3) == 0;
        MapShape inner = new MapShape(
                "inner",
                isArray ? MapKind.ARRAY : MapKind.HASH,
                isArray ? 4 : 1 + random.nextInt(21),
                1 + random.nextInt(random.nextInt(4) == 0 ? 3000 : 40),
                isArray ? 7 : 64,
                0);
        boolean isArrayOfMaps = random.nextInt(3) == 0;
        MapShape outerShape = new MapShape(
                "outer",
                isArrayOfMaps ? MapKind.ARRAY_OF_MAPS : MapKind.HASH_OF_MAPS,
                isArrayOfMaps ? 4 : 4 + random.nextInt(13),
                4,
                TENANTS + 3,
                0);

        Map<String, String> written = fill(mode, outerShape, inner, random);

        assertThat(scan())
                .as("entries of %s in %s, seed %d", inner, outerShape, seed)
                .isEqualTo(written);
        assertThat(lookup(written)).isEqualTo(written);
    }

    /** Fills inner maps with random entries, some of them with none. Returns the entries by both keys. */
    private Map<String, String> fill(BulkMode mode, MapShape outerShape, MapShape inner, Random random) {
        reopen(mode, outerShape, inner);
        Map<String, String> written = new TreeMap<>();
        List<SlotKey> slots = slots(outerShape, TENANTS);
        state.create(slots, (slot, created) -> {
            int count = random.nextInt((int) inner.maxEntries());
            for (int i = 0; i < count || (inner.kind() == MapKind.ARRAY && i < inner.maxEntries()); i++) {
                byte[] key = bytes(random, inner.keySize());
                if (inner.kind() == MapKind.ARRAY) {
                    ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).putInt(0, i);
                }
                byte[] value = bytes(random, inner.valueSize());
                if (put(created.map(), key, value) == 0) {
                    written.put(hex(slot.bytes()) + " " + hex(key), hex(value));
                }
            }
        });
        return written;
    }

    @ParameterizedTest
    @EnumSource
    void readsAnInnerMapThatIsLargerThanABuffer(BulkMode mode) {
        MapShape inner = new MapShape("inner", MapKind.HASH, 4, 200, 1024, 0);
        reopen(mode, SMALL_OUTER, inner);
        Map<String, String> written = new TreeMap<>();
        int[] sizes = {3, 1000, 0, 5, 300};
        List<SlotKey> slots = slots(outer.shape(), sizes.length);
        state.create(slots, (slot, created) -> {
            for (int i = 0; i < sizes[slots.indexOf(slot)]; i++) {
                byte[] key = ByteBuffer.allocate(4).putInt(i).array();
                byte[] value = ByteBuffer.allocate(200).putInt(196, i).array();
                assertThat(put(created.map(), key, value)).isZero();
                written.put(hex(slot.bytes()) + " " + hex(key), hex(value));
            }
        });

        assertThat(scan()).isEqualTo(written);
        assertThat(lookup(written)).isEqualTo(written);
    }

    /** Visiting so many buckets in one call would hold the CPU for too long. */
    @ParameterizedTest
    @EnumSource
    void readsInnerMapsWithManyBuckets(BulkMode mode) {
        MapShape inner = new MapShape("inner", MapKind.HASH, 4, 8, 100_000, 1);
        reopen(mode, SMALL_OUTER, inner);
        List<SlotKey> slots = slots(outer.shape(), 4);
        state.create(slots, (slot, created) -> put(created.map(), slot.bytes(), new byte[8]));

        assertThat(scan()).hasSize(4);
    }

    /** The keys of many outer entries don't fit into a buffer together. */
    @ParameterizedTest
    @EnumSource
    void readsInnerMapsWithLongKeys(BulkMode mode) {
        MapShape outerShape = new MapShape("outer", MapKind.HASH_OF_MAPS, 4000, 4, 100, 0);
        MapShape inner = new MapShape("inner", MapKind.HASH, 500, 8, 4, 0);
        reopen(mode, outerShape, inner);
        byte[] key = new byte[500];
        state.create(slots(outerShape, 100), (slot, created) -> put(created.map(), key, new byte[8]));

        Map<String, String> found = scan();

        assertThat(found).hasSize(100);
        assertThat(lookup(found)).isEqualTo(found);
    }

    @ParameterizedTest
    @EnumSource
    void findsNothingWhereNothingIs(BulkMode mode) {
        reopen(mode, SMALL_OUTER, SMALL_INNER);
        state.create(slots(outer.shape(), 1), (slot, created) -> {});

        assertThat(scan()).isEmpty();
        Map<String, String> absent = Map.of("00000000 00000000", "", "07000000 00000000", "");
        assertThat(lookup(absent)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatCantBeDecodedHidesNoOther(BulkMode mode) {
        reopen(mode, SMALL_OUTER, SMALL_INNER);
        List<SlotKey> slots = slots(outer.shape(), 5);
        state.create(slots, (slot, created) -> put(created.map(), slot.bytes(), new byte[8]));
        ByteString undecodable = ByteString.of(slots.get(2).bytes());
        odd = undecodable;
        List<ByteString> found = new ArrayList<>();

        assertBpfException(() -> nested.forEachEntry((key, entry) -> found.add(key)))
                .hasMessageEndingWith("the key is odd");

        assertThat(found).hasSize(4).doesNotContain(undecodable);
    }

    private void reopen(BulkMode mode, MapShape outerShape, MapShape inner) {
        close();
        System.setProperty(BulkMode.PROPERTY, mode.name().toLowerCase(Locale.ROOT));
        open(outerShape, inner);
    }

    private void open(MapShape outerShape, MapShape inner) {
        RawMap prototype = factory().create(inner, null);
        outer = new OpenMap(outerShape.name(), factory().create(outerShape, prototype));
        prototype.close();
        state = new Nest(outer, inner, factory(), List.of(), null, null);
        Codec<ByteString> keys = Codec.of(
                outerShape.keySize(),
                (key, to, at) -> key.copyTo(to, at),
                (from, at) -> decode(ByteString.of(from, at, outerShape.keySize())));
        nested = new Nested(
                outer,
                state,
                keys,
                new Entries<>(bytes(inner.keySize()), Bytes::key, bytes(inner.valueSize()), Bytes::value, Bytes::new));
        QueryLayout layout = QueryLayout.of(outer.shape(), inner, inner.valueSize());
        assertThat(outer.copyBytes(layout, READS_BEFORE_PROGRAM) > 0)
                .as("reads by a program")
                .isEqualTo(factory() instanceof KernelMapFactory && BulkMode.configured() == BulkMode.PROGRAM);
    }

    private ByteString decode(ByteString key) {
        if (odd != null && odd.equals(key)) {
            throw new IllegalArgumentException("the key is odd");
        }
        return key;
    }

    private Map<String, String> scan() {
        Map<String, String> found = new TreeMap<>();
        nested.forEachEntry((key, entry) -> assertThat(found.put(
                        hex(key.toBytes()) + " " + hex(entry.key().toBytes()),
                        hex(entry.value().toBytes())))
                .isNull());
        return found;
    }

    /** Looks all these keys up, together and one by one. */
    private Map<String, String> lookup(Map<String, String> keys) {
        List<NestedKey<ByteString, ByteString>> all =
                keys.keySet().stream().map(NestAccessorContract::key).toList();
        Map<String, String> together = new TreeMap<>();
        nested.getAll(all)
                .forEach((key, entry) ->
                        together.put(text(key), hex(entry.value().toBytes())));
        Map<String, String> single = new TreeMap<>();
        for (NestedKey<ByteString, ByteString> key : all) {
            Bytes entry = nested.getAt(key.outer(), key.inner());
            if (entry != null) {
                single.put(text(key), hex(entry.value().toBytes()));
            }
        }
        assertThat(together).isEqualTo(single);
        return together;
    }

    private static NestedKey<ByteString, ByteString> key(String text) {
        int space = text.indexOf(' ');
        return new NestedKey<>(ByteString.ofHex(text.substring(0, space)), ByteString.ofHex(text.substring(space + 1)));
    }

    private static String text(NestedKey<ByteString, ByteString> key) {
        return hex(key.outer().toBytes()) + " " + hex(key.inner().toBytes());
    }

    private static int put(RawMap map, byte[] key, byte[] value) {
        int valueAt = Alignment.align(key.length);
        OffHeapBlock block = OffHeapBlock.allocate(valueAt + value.length);
        block.bytes().put(0, key);
        block.bytes().put(valueAt, value);
        return map.update(block, 0, valueAt, RawMap.ANY);
    }

    private static List<SlotKey> slots(MapShape outerShape, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] key = ByteBuffer.allocate(outerShape.keySize())
                            .order(ByteOrder.nativeOrder())
                            .putInt(0, i)
                            .array();
                    return new SlotKey(i, key);
                })
                .toList();
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Codec<ByteString> bytes(int size) {
        return Codec.of(size, (value, to, at) -> value.copyTo(to, at), (from, at) -> ByteString.of(from, at, size));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private record Bytes(ByteString key, ByteString value) {}

    /** An outer map whose inner maps this test opens without handles. */
    private static final class Nested extends NestAccessor<ByteString, ByteString, Bytes, Inner> {
        Nested(OpenMap outer, Nest state, Codec<ByteString> keys, EntryCodec<ByteString, Bytes> entries) {
            super(
                    new BoundMap(new ObjectlessMap(outer, state, true), () -> {
                        throw new AssertionError("no schema");
                    }),
                    keys,
                    entries,
                    Inner::new);
        }
    }

    private static final class Inner extends MapAccessor implements OwnedMap {
        Inner(MapBinding binding) {
            super(binding);
        }
    }
}
