/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.Nests.Hashed;
import dev.nestmap.tests.kernel.Nests.Place;
import dev.nestmap.tests.kernel.NestsBpf.HashedMap;
import dev.nestmap.tests.toolchain.BpfObjects;
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
 * Handles and objects are closed while other threads are in a call, and files are opened all the time, which get the numbers
 * of descriptors that have just been closed. Whatever reaches a wrong file or map is found out: every map holds a number of
 * its own, and so does every file.
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
    private final AtomicReferenceArray<@Nullable NestsBpf> objects = new AtomicReferenceArray<>(1);

    /** A map that holds this number. */
    private record Numbered(HashedMap map, long number) {}

    @Test
    void neverTouchesWhatIsNotItsOwn() throws Exception {
        try (NestsBpf bpf = NestsBpf.load(BpfObjects.of("nests"))) {
            run(List.of(
                    () -> replaceOwned(bpf),
                    () -> replaceOwned(bpf),
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
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            closeAll();
        }
    }

    /** What a thread does again and again. */
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

    /** Hands a new map to the users and closes the one that they have. */
    private void replaceOwned(NestsBpf bpf) {
        HashedMap.Owned fresh = bpf.hashOfHashes().detached();
        long number = numbers.incrementAndGet();
        fresh.put(new Hashed(PLACE, number));
        close(maps.getAndSet(ThreadLocalRandom.current().nextInt(SHARED), new Numbered(fresh, number)));
    }

    private static void close(@Nullable Numbered before) {
        if (before != null && before.map() instanceof HashedMap.Owned owned) {
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

    /** Every change waits for a grace period, during which others read. */
    private void moveEntries(NestsBpf bpf) {
        long at = ThreadLocalRandom.current().nextInt(Nests.OUTERS);
        if (bpf.arrayOfHashes().get(at) == null) {
            bpf.arrayOfHashes().create(at, fresh -> fresh.put(new Hashed(PLACE, at)));
        } else if (ThreadLocalRandom.current().nextBoolean()) {
            bpf.arrayOfHashes().remove(at);
        } else {
            try (HashedMap.Owned drained = bpf.arrayOfHashes().rotate(at)) {
                // Null: it was a rotated one, which is empty.
                assertThat(drained).isNotNull();
                assertThat(drained.get(PLACE)).isIn(null, new Hashed(PLACE, at));
            }
        }
    }

    private void readThroughBothLevels(NestsBpf bpf) {
        long at = ThreadLocalRandom.current().nextInt(Nests.OUTERS);
        uses.incrementAndGet();
        assertThat(bpf.arrayOfHashes().get(at, PLACE)).isIn(null, new Hashed(PLACE, at));
    }

    private void reloadObjects() {
        NestsBpf fresh = NestsBpf.load(BpfObjects.of("nests"));
        fresh.arrayOfHashes().create(1, map -> map.put(new Hashed(PLACE, 4711)));
        NestsBpf before = objects.getAndSet(0, fresh);
        if (before != null) {
            before.close();
        }
    }

    private void useObjects() {
        NestsBpf object = objects.get(0);
        if (object != null) {
            use(() -> {
                assertThat(object.arrayOfHashes().get(1, PLACE)).isEqualTo(new Hashed(PLACE, 4711));
                assertThat(object.arrayOfHashes().keys()).containsExactly(1L);
                assertThat(object.program("count")
                                .testRun(Packets.request(2, 3))
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

    /** An exception that says so is all that may happen to who uses what is being closed. */
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
        NestsBpf object = objects.getAndSet(0, null);
        if (object != null) {
            object.close();
        }
    }
}
