/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.MapsUnderTest;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A handle that ends while other threads are in a call of it never touches the file of somebody else. Files are opened and closed
 * meanwhile, so that a descriptor that was closed too early is another file's at once; the kernel then answers EBADF or EINVAL, which
 * nobody may see. Nor may anybody open an inner map by its id, which takes CAP_SYS_ADMIN: this process made them all.
 */
abstract class LifecycleContract implements MapsUnderTest {
    private static final int WRITERS = 4;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Future<?>> running = new ArrayList<>();

    @AfterEach
    void shutDown() {
        stop.set(true);
        threads.shutdown();
    }

    @Test
    void closesWhileInUse() throws Exception {
        startFiles();
        for (int round = 0; round < 30; round++) {
            Network network = network();
            network.tenant().create(1L);
            List<Future<?>> users = new ArrayList<>();
            CountDownLatch using = new CountDownLatch(WRITERS);
            for (int i = 0; i < WRITERS; i++) {
                users.add(threads.submit(() -> useUntilClosed(network, using)));
            }
            assertThat(using.await(60, TimeUnit.SECONDS))
                    .as("all threads use it")
                    .isTrue();

            try {
                network.close();
            } catch (BpfException e) {
                assertThat(e).hasMessageContaining("that nobody had acknowledged are lost");
            }

            for (Future<?> user : users) {
                user.get();
            }
        }
        finish();
    }

    @Test
    void createsAndRemovesFromManyThreads() throws Exception {
        try (Network network = network()) {
            startFiles();
            AtomicInteger created = new AtomicInteger();
            AtomicInteger removed = new AtomicInteger();
            Semaphore removals = new Semaphore(0);
            for (int i = 0; i < WRITERS; i++) {
                start(() -> {
                    try {
                        network.tenant().create(7L);
                        created.incrementAndGet();
                    } catch (BpfException e) {
                        assertThat(e.errno()).isEqualTo(Errno.EEXIST);
                    }
                    if (network.tenant().discard(7L)) {
                        removed.incrementAndGet();
                        removals.release();
                    }
                    tolerate(() -> network.tenant().forEach((id, flows) -> flows.count()));
                });
            }
            assertThat(removals.tryAcquire(20, 60, TimeUnit.SECONDS)).isTrue();
            finish();

            assertThat(created)
                    .hasPositiveValue()
                    .hasValue(removed.get() + (int) network.tenant().count());
        }
    }

    @Test
    void createsOnceForAll() throws Exception {
        try (Network network = network()) {
            for (long round = 0; round < 10; round++) {
                long shard = round % Network.SHARDS;
                network.shard().discard(shard);
                List<Future<Integer>> ids = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    Callable<Integer> task =
                            () -> network.shard().getOrCreate(shard).id();
                    ids.add(threads.submit(task));
                }
                int first = ids.get(0).get();
                for (Future<Integer> id : ids) {
                    assertThat(id.get()).isEqualTo(first);
                }
            }
        }
    }

    /**
     * Of a process without CAP_SYS_ADMIN: it may make maps, and open none by id. It asks for a map that another thread takes out of its slot just
     * then. If the map is still in its slot, the user gets this exception, though this process made every map.
     */
    private Network network() {
        return Network.of(new DelegatingFactory(factory()) {
            @Override
            public @Nullable RawMap open(int id) {
                throw BpfException.of(Errno.EPERM.number(), "open of map " + id).build();
            }
        });
    }

    private static void useUntilClosed(Network network, CountDownLatch using) {
        FlowKey key = new FlowKey(1, 6);
        network.tenant().getOrCreate(1L);
        using.countDown();
        while (true) {
            try {
                network.tenant().getOrCreate(1L).put(new Flow(key, 1));
                network.tenant().get(1, key);
                network.flow().put(new Flow(key, 1));
                network.flow().forEach(flow -> network.counter().get(1));
                tolerate(() -> {
                    DrainedMap<FlowMap> rotated = DrainedMap.of(network.tenant().rotate(1L));
                    if (rotated.map() != null) {
                        rotated.close();
                    }
                });
            } catch (InvalidHandleException e) {
                if (network.isClosed()) {
                    return;
                }
            }
        }
    }

    private static void tolerate(Runnable action) {
        try {
            action.run();
        } catch (InvalidHandleException e) {
            // It has ended meanwhile.
        }
    }

    private void startFiles() {
        start(() -> {
            try (InputStream file = new FileInputStream("/dev/null")) {
                assertThat(file.read()).isEqualTo(-1);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void start(Runnable again) {
        running.add(threads.submit(() -> {
            while (!stop.get()) {
                again.run();
            }
        }));
    }

    private void finish() throws Exception {
        stop.set(true);
        for (Future<?> each : running) {
            each.get();
        }
    }
}
