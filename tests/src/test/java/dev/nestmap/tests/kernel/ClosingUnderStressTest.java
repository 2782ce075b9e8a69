/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.NestedMaps.Hashed;
import dev.nestmap.tests.kernel.NestedMaps.Place;
import dev.nestmap.tests.kernel.NestedMapsBpf.HashedMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Closes handles and objects while other threads use them. Meanwhile other threads open files, which reuse the numbers
 * of file descriptors that have just been closed. Every map and every file holds a number of its own, so the test
 * notices any access to a wrong map or file.
 */
@KernelTest
@Timeout(120)
class ClosingUnderStressTest {
    private static final Duration STRESS = Duration.ofSeconds(4);
    private static final int SHARED = 4;
    private static final Place PLACE = new Place(1, 2);

    @TempDir
    Path directory;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong uses = new AtomicLong();
    private final AtomicLong cutOff = new AtomicLong();
    private final AtomicReferenceArray<@Nullable Numbered> maps = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<@Nullable NestedMapsBpf> objects = new AtomicReferenceArray<>(1);

    /** A map, and the number that it holds. */
    private record Numbered(HashedMap map, long number) {}

    @Test
    void aClosedHandleNeverReachesAnotherMapOrFile() throws Exception {
        try (NestedMapsBpf bpf = NestedMapsBpf.load(BpfObjects.of("nested_maps"))) {
            run(List.of(
                    this::replaceOwned,
                    this::replaceOwned,
                    this::useMaps,
                    this::useMaps,
                    this::useMaps,
                    () -> moveEntries(bpf),
                    () -> readThroughBothLevels(bpf),
                    this::reloadObjects,
                    this::useObjects,
                    this::useObjects,
                    () -> useFiles(directory.resolve("one")),
                    () -> useFiles(directory.resolve("two")),
                    this::usePipes));
        }
        System.out.println("closing under stress: " + uses + " uses, " + cutOff + " of them cut off");
        assertThat(cutOff).hasPositiveValue();
    }

    private void run(List<Step> steps) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(steps.size());
        try {
            List<Future<Void>> running = new ArrayList<>();
            steps.forEach(step -> running.add(threads.submit(untilOver(step))));
            long end = System.nanoTime() + STRESS.toNanos();
            while (System.nanoTime() < end && !over.get()) {
                Thread.sleep(10);
            }
            over.set(true);
            for (Future<Void> each : running) {
                each.get();
            }
        } finally {
            over.set(true);
            threads.shutdown();
            threads.awaitTermination(30, TimeUnit.SECONDS);
            closeAll();
        }
    }

    /** An action that a thread repeats. */
    private interface Step {
        void run() throws IOException;
    }

    private Callable<Void> untilOver(Step step) {
        return () -> {
            try {
                while (!over.get()) {
                    step.run();
                }
                return null;
            } finally {
                over.set(true);
            }
        };
    }

    /** Replaces a shared map by a new one and closes the old one. */
    private void replaceOwned() {
        HashedMap.Owned fresh;
        try (NestedMapsBpf.HashOfHashesMap.Owned outer = NestedMapsBpf.HASH_OF_HASHES_MAP.create()) {
            fresh = NestedMapsBpf.HASHED_MAP.openById(outer.create(1).id(), MapAccess.READ_WRITE);
        }
        long number = numbers.incrementAndGet();
        fresh.put(new Hashed(PLACE, number));
        close(maps.getAndSet(ThreadLocalRandom.current().nextInt(SHARED), new Numbered(fresh, number)));
    }

    private static void close(@Nullable Numbered numbered) {
        if (numbered != null && numbered.map() instanceof HashedMap.Owned owned) {
            owned.close();
        }
    }

    private void useMaps() {
        Numbered shared = maps.get(ThreadLocalRandom.current().nextInt(SHARED));
        if (shared != null) {
            Hashed entry = new Hashed(PLACE, shared.number());
            use(() -> {
                assertThat(shared.map().get(PLACE)).isEqualTo(entry);
                shared.map().put(entry);
                assertThat(shared.map()).containsExactly(entry);
            });
        }
    }

    /** Creates, removes and rotates inner maps. Every change waits for a grace period, while other threads read. */
    private void moveEntries(NestedMapsBpf bpf) {
        long at = ThreadLocalRandom.current().nextInt(NestedMaps.OUTERS);
        if (bpf.arrayOfHashes().get(at) == null) {
            bpf.arrayOfHashes().create(at, fresh -> fresh.put(new Hashed(PLACE, at)));
        } else if (ThreadLocalRandom.current().nextBoolean()) {
            bpf.arrayOfHashes().discard(at);
        } else {
            DrainedMap.drain(bpf.arrayOfHashes().rotate(at), drained -> {
                // A null entry means that the map was rotated, so that it is empty.
                assertThat(drained).isNotNull();
                assertThat(drained.get(PLACE)).isIn(null, new Hashed(PLACE, at));
            });
        }
    }

    private void readThroughBothLevels(NestedMapsBpf bpf) {
        long at = ThreadLocalRandom.current().nextInt(NestedMaps.OUTERS);
        uses.incrementAndGet();
        assertThat(bpf.arrayOfHashes().get(at, PLACE)).isIn(null, new Hashed(PLACE, at));
    }

    private void reloadObjects() {
        NestedMapsBpf fresh = NestedMapsBpf.load(BpfObjects.of("nested_maps"));
        fresh.arrayOfHashes().create(1, map -> map.put(new Hashed(PLACE, 4711)));
        NestedMapsBpf before = objects.getAndSet(0, fresh);
        if (before != null) {
            before.close();
        }
    }

    private void useObjects() {
        NestedMapsBpf object = objects.get(0);
        if (object != null) {
            use(() -> {
                assertThat(object.arrayOfHashes().get(1, PLACE)).isEqualTo(new Hashed(PLACE, 4711));
                assertThat(object.arrayOfHashes().keys()).containsExactly(1L);
                assertThat(object.program("count")
                                .testRun(NativeBytes.packet(2, 3))
                                .returnValue())
                        .isZero();
            });
        }
    }

    private void useFiles(Path path) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(0, numbers.incrementAndGet());
        try (FileChannel file = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            file.write(number.duplicate());
            ByteBuffer read = ByteBuffer.allocate(2 * Long.BYTES);
            assertThat(file.read(read, 0)).isEqualTo(Long.BYTES);
            assertThat(read.getLong(0)).isEqualTo(number.getLong(0));
        }
    }

    private void usePipes() throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(0, numbers.incrementAndGet());
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            sink.write(number.duplicate());
            ByteBuffer read = ByteBuffer.allocate(Long.BYTES);
            assertThat(source.read(read)).isEqualTo(Long.BYTES);
            assertThat(read.getLong(0)).isEqualTo(number.getLong(0));
        }
    }

    /** Runs an action on a handle that may be closed meanwhile. It either works or throws the exception that reports the closed handle. */
    private void use(Runnable action) {
        uses.incrementAndGet();
        try {
            action.run();
        } catch (BpfException e) {
            assertThat(e).hasMessageContaining("closed");
            assertThat(e.errno()).isNull();
            cutOff.incrementAndGet();
        }
    }

    private void closeAll() {
        for (int i = 0; i < SHARED; i++) {
            close(maps.getAndSet(i, null));
        }
        NestedMapsBpf object = objects.getAndSet(0, null);
        if (object != null) {
            object.close();
        }
    }
}
