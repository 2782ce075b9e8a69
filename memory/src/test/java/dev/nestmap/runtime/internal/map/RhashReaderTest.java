/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A read returns each entry that one of its reads found, once, although the kernel moves the entries meanwhile. The maps are in memory, and
 * answer as Linux 7.3 does meanwhile.
 */
class RhashReaderTest {
    private static final int MANY = 40_000;

    private final RawMap map = new HeapMapFactory()
            .create(new MapShape("m", MapKind.RHASH, 4, 8, 5000, MapKind.RHASH.requiredFlags()), null);
    private final AtomicInteger reads = new AtomicInteger();

    /** Nothing says how many entries a map has, so two further reads confirm the first, of an empty map as well. */
    @Test
    void readsAMapThreeTimes() {
        RawMap counted = reading(this::readByKernel);
        assertThat(read(counted)).isEmpty();
        assertThat(reads).hasValue(3);

        fill(20);

        assertThat(read(counted)).hasSize(20).doesNotHaveDuplicates();
        assertThat(reads).hasValue(6);
    }

    /** Entries are missing in two reads. In one read, as many are missing as are returned twice. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void repeatsAWrongRead(boolean isTwice) {
        fill(20);
        int times = isTwice ? 1 : 2;
        Consumer<Batch> change = isTwice
                ? batch -> batch.move(batch.done() + 3, batch.done() + 4)
                : batch -> batch.begin(batch.count() - 10);

        assertThat(read(wrong(times, change))).hasSize(20).doesNotHaveDuplicates();
        assertThat(reads).hasValue(times + 1 + 2);
    }

    /** No read is complete, but no entry is missing in all of them. */
    @Test
    void joinsReadsThatMissDifferentEntries() {
        fill(20);
        RawMap never = wrong(
                Integer.MAX_VALUE,
                batch -> batch.move(batch.done() + reads.get() % 20, batch.done() + (reads.get() + 1) % 20));

        assertThat(read(never)).hasSize(20).doesNotHaveDuplicates();
        assertThat(reads).hasValue(8);
    }

    @Test
    void continuesACallThatTheKernelEndsEarly() {
        fill(5000);
        RawMap early = reading(batch -> {
            Batch part = new Batch(map, Math.min(64, batch.capacity() - batch.done()));
            if (batch.started()) {
                batch.memory().copy(Batch.CURSOR_AT, part.memory(), part.nextCursorAt(), 4);
                part.read(0);
            }
            int result = readByKernel(part);
            part.memory().copy(Batch.CURSOR_AT, batch.memory(), batch.nextCursorAt(), 4);
            for (int i = 0; i < part.count(); i++) {
                part.memory().copy(part.keyAt(i), batch.memory(), batch.keyAt(batch.done() + i), 4);
                part.memory().copy(part.valueAt(i), batch.memory(), batch.valueAt(batch.done() + i), 8);
            }
            batch.read(part.count());
            return result;
        });

        assertThat(read(early)).hasSize(5000).doesNotHaveDuplicates();
        assertThat(reads.get()).isGreaterThan(5000 / 64);
    }

    /** More than the bytes of a batch of other maps: no read ends before the end of the map. */
    @Test
    @Tag("jdk-independent")
    @Tag("long")
    void readsALargeMapAsAWhole() {
        RawMap large = new HeapMapFactory()
                .create(new MapShape("m", MapKind.RHASH, 4, 128, MANY, MapKind.RHASH.requiredFlags()), null);
        fill(large, MANY);

        BatchScan scan = new BatchScan(large);

        assertThat(scan.next()).isTrue();
        assertThat(scan.batch().count()).isEqualTo(MANY);
        assertThat(scan.next()).isFalse();
    }

    @Test
    void refusesAMapThatFitsIntoNoMemory() {
        RawMap endless = reading(batch -> {
            batch.read(batch.capacity() - batch.done());
            return 0;
        });

        assertBpfException(() -> read(endless))
                .isOf("iteration")
                .onMap("m")
                .hasMessageMatching(
                        "(?s).*no memory outside the Java heap for [0-9]+ entries of 12 bytes: raise -XX:MaxDirectMemorySize.*");
    }

    /** Entries are added while the map is read, more than there is room for. */
    @Test
    void makesRoomForEntriesThatAreAdded() {
        fill(100);
        RawMap growing = reading(batch -> {
            fill(Math.min(1000, 100 + 300 * (reads.get() + 1)));
            return readByKernel(batch);
        });

        assertThat(read(growing)).hasSize(1000).doesNotHaveDuplicates();
    }

    /** The key in the cursor was deleted. */
    @Test
    void beginsAgainIfThePositionIsLost() {
        fill(100);
        RawMap lost = reading(
                batch -> reads.incrementAndGet() < 3 ? -ErrnoNumbers.EAGAIN : map.batch(BatchCommand.LOOKUP, batch));

        assertThat(read(lost)).hasSize(100);
    }

    @Test
    void returnsEachEntryOfAMapThatChangesOnce() {
        fill(100);
        RawMap changing = reading(batch -> {
            fill(100 + 10 * reads.get());
            int result = readByKernel(batch);
            batch.move(batch.done() + 3, batch.done() + 4);
            return result;
        });

        assertThat(read(changing)).hasSizeGreaterThanOrEqualTo(100).doesNotHaveDuplicates();
    }

    /** A map that a read did not find again, because it was deleted, was there when another read passed it. */
    @Test
    void endsAlthoughEntriesGo() {
        fill(100);
        RawMap shrinking = reading(batch -> {
            OffHeapBlock key = OffHeapBlock.allocate(4);
            key.bytes().putInt(0, reads.get());
            assertThat(map.delete(key, 0)).isZero();
            return readByKernel(batch);
        });

        assertThat(read(shrinking)).hasSizeBetween(90, 99).doesNotHaveDuplicates();
        assertThat(reads.get()).isLessThan(20);
    }

    @Test
    void deletesOneByOneWhatItReads() {
        fill(100);
        RawMap shared = new DelegatingMap(map) {
            @Override
            public int lookupAndDeleteBatch(Batch batch) {
                throw new AssertionError("the kernel's batches return entries twice");
            }

            @Override
            public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                // Another process takes one of the entries first.
                return block.bytes().getInt(keyAt) == 7
                        ? -ErrnoNumbers.ENOENT
                        : super.lookupAndDelete(block, keyAt, valueAt, flags);
            }
        };

        assertThat(taken(shared)).hasSize(99).doesNotContain(7).doesNotHaveDuplicates();
        assertThat(read(map)).containsExactly(7);
    }

    /** The kernel fails, or another thread revokes the handle. */
    @ParameterizedTest
    @EnumSource(names = {"NOT_PERMITTED", "CLOSED"})
    void returnsWhatItHasDeletedBeforeAFailure(Reason reason) {
        fill(100);
        RawMap failing = new DelegatingMap(map) {
            @Override
            public int lookupAndDelete(OffHeapBlock block, int keyAt, int valueAt, long flags) {
                if (reads.incrementAndGet() <= 10) {
                    return super.lookupAndDelete(block, keyAt, valueAt, flags);
                }
                if (reason == Reason.CLOSED) {
                    throw BpfException.of(Reason.CLOSED, "take").build();
                }
                return -ErrnoNumbers.EPERM;
            }
        };

        BatchScan scan = BatchScan.taking(failing, 0);
        assertThat(scan.next()).isTrue();
        assertThat(scan.batch().count()).isEqualTo(10);
        assertBpfException(scan::next).hasReason(reason);
    }

    private void fill(int count) {
        fill(map, count);
    }

    private static void fill(RawMap map, int count) {
        OffHeapBlock entry = OffHeapBlock.allocate(8 + map.shape().valueSize());
        for (int key = 0; key < count; key++) {
            entry.bytes().putInt(0, key).putLong(8, key);
            assertThat(map.update(entry, 0, 8, RawMap.ANY)).isZero();
        }
    }

    /** The map, with other reads. */
    private RawMap reading(ToIntFunction<Batch> read) {
        return DelegatingMap.of(map, BatchCommand.LOOKUP, read);
    }

    /** A map whose first reads are wrong. */
    private RawMap wrong(int times, Consumer<Batch> change) {
        return reading(batch -> {
            int result = readByKernel(batch);
            if (reads.get() <= times) {
                change.accept(batch);
            }
            return result;
        });
    }

    private int readByKernel(Batch batch) {
        reads.incrementAndGet();
        return map.batch(BatchCommand.LOOKUP, batch);
    }

    private static List<Integer> read(RawMap from) {
        return keys(new BatchScan(from));
    }

    private static List<Integer> taken(RawMap from) {
        return keys(BatchScan.taking(from, 0));
    }

    private static List<Integer> keys(BatchScan scan) {
        List<Integer> keys = new ArrayList<>();
        while (scan.next()) {
            for (int i = 0; i < scan.batch().count(); i++) {
                int key = scan.batch().memory().bytes().getInt(scan.batch().keyAt(i));
                assertThat(scan.batch().memory().bytes().getLong(scan.batch().valueAt(i)))
                        .isEqualTo(key);
                keys.add(key);
            }
        }
        return keys;
    }
}
