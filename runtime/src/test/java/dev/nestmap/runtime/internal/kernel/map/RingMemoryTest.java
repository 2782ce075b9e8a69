/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import static dev.nestmap.runtime.internal.kernel.natives.LibC.MAP_SHARED;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_READ;
import static dev.nestmap.runtime.internal.kernel.natives.LibC.PROT_WRITE;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.natives.Natives;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring buffer is written and read the same through any window. */
@KernelTest
@ExtendWith(NoFdLeaks.class)
@Tag("both-jdks")
class RingMemoryTest {
    private static final int SIZE = 4 * Pages.SIZE;
    private static final int RECORD = 16;

    private RawMap map = create(MapKind.RINGBUF);

    @AfterEach
    void close() {
        map.close();
    }

    /** Another process that has write access can write any position. */
    @ParameterizedTest
    @ValueSource(longs = {8, 3, -4, -(1 << 20), Long.MIN_VALUE, Long.MAX_VALUE})
    void rejectsAWrongPositionOfTheConsumer(long position) {
        ByteBuffer consumer = mapPage(map, 0, PROT_READ | PROT_WRITE);
        OffHeapBlock block = OffHeapBlock.allocate(64);
        assertThat(map.stream().takeMany(block, 8)).isEqualTo(-ErrnoNumbers.ENOENT);
        consumer.putLong(0, position);

        assertBpfException(
                        () -> map.stream().takeMany(block, 8),
                        "the consumer's position is " + position + " and the producer's 0")
                .isOf("take of an event from ring");
        assertBpfException(() -> map.stream().take(block));
        consumer.putLong(0, 0);
        assertThat(map.stream().take(block)).isEqualTo(-ErrnoNumbers.ENOENT);
        unmap(consumer);
    }

    @Test
    void saysThatTheMapIsFrozen() {
        KernelMapChangesTest.freeze(KernelMap.of(map));
        OffHeapBlock block = OffHeapBlock.allocate(64);

        assertBpfException(() -> map.stream().take(block), "the map is frozen")
                .isOf("mapping of the memory")
                .hasErrno(Errno.EPERM);
    }

    /** A ring buffer of one GiB and more has several windows. Smaller windows show the same without the memory. */
    @Test
    void writesTheSameThroughAnyWindow() {
        map.close();
        map = create(MapKind.USER_RINGBUF);
        RingMemory ring = RingMemory.of(KernelMap.of(map).fd(), map.shape(), Integer.numberOfTrailingZeros(Pages.SIZE));
        OffHeapBlock record = OffHeapBlock.allocate(RECORD);
        int count = 0;
        while (ring.put(record, RECORD) == 0) {
            count++;
            record.bytes().putLong(Long.BYTES, count);
        }
        ring.unmap();

        assertThat(count).isEqualTo(SIZE / (RECORD + 8));
        for (int page = 0; page < 4; page++) {
            assertHasRecords(map, page);
        }
    }

    private static void assertHasRecords(RawMap map, int page) {
        ByteBuffer records = mapPage(map, (page + 2L) * Pages.SIZE, PROT_READ);
        int start = page * Pages.SIZE;
        int stride = RECORD + 8;
        for (int number = (start + stride - 1) / stride; (number + 1) * stride <= start + Pages.SIZE; number++) {
            assertThat(records.getInt(number * stride - start)).isEqualTo(RECORD);
            assertThat(records.getLong(number * stride - start + 16)).isEqualTo(number);
        }
        unmap(records);
    }

    private static RawMap create(MapKind kind) {
        return new KernelMapFactory().create(new MapShape("ring", kind, 0, 0, SIZE, 0), null);
    }

    private static ByteBuffer mapPage(RawMap map, long offset, int protection) {
        long page = NativeLibraries.libc()
                .mmap(0, Pages.SIZE, protection, MAP_SHARED, KernelMap.of(map).fd(), offset);
        assertThat(page).isPositive();
        return NativeLibraries.memory(page, Pages.SIZE);
    }

    private static void unmap(ByteBuffer page) {
        NativeLibraries.libc().munmap(Natives.access().address(page), Pages.SIZE);
    }
}
