/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares random operations, invalid ones included, on maps in memory and in the kernel, for each type that maps in memory support. */
@KernelTest
class KernelHeapMapsTest {
    private static final int STEPS = 4000;
    private static final int REMEMBERED = 12;

    /** Few enough that a hash map is sometimes full, and that some indices are outside of an array. */
    private static final int ENTRIES = 16;

    private static final int KEYS = 24;
    private static final int VALUE_AT = 8;

    /** Not a multiple of 8, to which the kernel rounds the value of each CPU up. */
    private static final int VALUE = 12;

    static Stream<MapKind> kinds() {
        return MapKind.where(kind -> kind.isInMemory() && !kind.isMapOfMaps()).stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void behaveLikeMapsInTheKernel(MapKind kind) {
        KernelAssumptions.assume(kind);
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        Random random = new Random(seed);
        Deque<String> before = new ArrayDeque<>();
        try (RawMap kernel = new KernelMapFactory().create(shape(kind), null);
                RawMap heap = new HeapMapFactory().create(shape(kind), null)) {
            for (int i = 0; i < STEPS; i++) {
                long step = random.nextLong();
                String expected = new Step(kernel, new Random(step)).take();
                assertThat(new Step(heap, new Random(step)).take())
                        .as("seed %d, step %d in memory, after%n%s", seed, i, String.join("\n", before))
                        .isEqualTo(expected);
                before.add(expected);
                if (before.size() > REMEMBERED) {
                    before.remove();
                }
            }
        }
    }

    private static MapShape shape(MapKind kind) {
        // A nearly full LRU map evicts any entry, and a Bloom filter has false positives.
        int entries = kind.isLru() || kind == MapKind.BLOOM_FILTER ? 4096 : ENTRIES;
        long flags = kind.requiredFlags() | (kind == MapKind.BLOOM_FILTER ? MapFlags.ZERO_SEED : 0);
        return new MapShape("m", kind, keySize(kind), VALUE, entries, flags);
    }

    private static int keySize(MapKind kind) {
        return switch (kind.keyRule()) {
            case NONE -> 0;
            case PREFIX -> 8;
            default -> 4;
        };
    }

    /** Runs one operation. Returns a description of it and of its result. */
    private static final class Step {
        private final RawMap map;
        private final Random random;
        private final int keySize;
        private final OffHeapBlock block;

        Step(RawMap map, Random random) {
            this.map = map;
            this.random = random;
            this.keySize = map.shape().keySize();
            this.block = OffHeapBlock.allocate(VALUE_AT + map.valueBytes());
        }

        String take() {
            writeKey(block, 0);
            writeValue(block, VALUE_AT);
            String key = hex(block, 0, keySize);
            int any = random.nextInt(3) > 0 ? 0 : random.nextInt(8);
            // Linux 7.3 takes the contradiction of NOEXIST and EXIST for maps with a value for each CPU. The heap
            // refuses it, as before.
            int flags = map.shape().kind().isPerCpu() && (any & 3) == 3 ? 0 : any;
            return switch (random.nextInt(10)) {
                case 0, 1, 2, 3 ->
                    "update " + key + " to " + value() + " with " + flags + ": "
                            + map.update(block, 0, VALUE_AT, flags);
                case 4 ->
                    "look-up of " + key + " with " + (flags & 4) + ": "
                            + found(map.lookup(block, 0, VALUE_AT, flags & 4));
                case 5 -> "delete of " + key + ": " + map.delete(block, 0);
                case 6 -> "taking of " + key + ": " + found(map.lookupAndDelete(block, 0, VALUE_AT));
                case 7 -> "next of " + key + ": " + next();
                case 8 -> changeByBatch();
                default -> "all: " + all();
            };
        }

        private String found(int result) {
            return result == 0 ? value() : Integer.toString(result);
        }

        /** Hash maps order their keys differently, so the key after another differs too. */
        private String next() {
            boolean ordered = map.shape().kind().keyRule() == MapKind.KeyRule.INDEX;
            int result = map.nextKey(block, ordered && random.nextBoolean() ? 0 : -1, VALUE_AT);
            return result + (ordered && result == 0 ? " " + hex(block, VALUE_AT, keySize) : "");
        }

        private String changeByBatch() {
            Batch batch = new Batch(keySize, map.valueBytes(), 1 + random.nextInt(4));
            batch.begin(batch.capacity());
            for (int i = 0; i < batch.count(); i++) {
                writeKey(batch.memory(), batch.keyAt(i));
                writeValue(batch.memory(), batch.valueAt(i));
            }
            boolean deletes = random.nextBoolean();
            int result = deletes ? map.batch(BatchCommand.DELETE, batch) : map.batch(BatchCommand.UPDATE, batch);
            return (deletes ? "delete" : "update") + " of " + batch.count() + ": " + result + " after " + batch.done();
        }

        private String all() {
            Map<String, String> entries = new TreeMap<>();
            Batch batch = new Batch(map, 4 * KEYS);
            int result = 0;
            while (result == 0) {
                result = map.batch(BatchCommand.LOOKUP, batch);
                for (int i = 0; i < (result == 0 || result == -ErrnoNumbers.ENOENT ? batch.count() : 0); i++) {
                    entries.put(
                            hex(batch.memory(), batch.keyAt(i), keySize),
                            hex(batch.memory(), batch.valueAt(i), map.valueBytes()));
                }
            }
            return entries + " " + result;
        }

        private void writeKey(OffHeapBlock to, int at) {
            if (keySize == 4) {
                to.bytes().putInt(at, random.nextInt(KEYS));
            } else if (keySize == 8) {
                to.bytes().putInt(at, random.nextInt(36));
                to.bytes().putInt(at + 4, random.nextInt() & (random.nextBoolean() ? 0x0103 : 0x01000003));
            }
        }

        /**
         * A Bloom filter gets few different values, so that it contains some of them. The bytes after the value of a CPU are zero, because
         * Linux 7.3 does not store them.
         */
        private void writeValue(OffHeapBlock to, int at) {
            boolean few = map.shape().kind() == MapKind.BLOOM_FILTER;
            for (int i = 0; i < map.valueBytes(); i++) {
                boolean isStored = i % Alignment.align(VALUE) < VALUE;
                int any = few ? i == 0 ? random.nextInt(KEYS * 2) : 0 : random.nextInt();
                to.bytes().put(at + i, (byte) (isStored ? any : 0));
            }
        }

        private String value() {
            return hex(block, VALUE_AT, map.valueBytes());
        }

        private static String hex(OffHeapBlock block, int at, int size) {
            byte[] bytes = new byte[size];
            block.bytes().get(at, bytes);
            return HexFormat.of().formatHex(bytes);
        }
    }
}
