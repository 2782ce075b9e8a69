/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.object.KernelObject;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two processes load an object with two declared pins at the same time. */
@KernelTest
class KernelConcurrentLoadTest extends PinningTest {
    private static final int ROUNDS = Integer.getInteger("nestmap.starts", 20);
    private static final List<DeclaredPin> PINS =
            List.of(new DeclaredPin("flow", "flow", false), new DeclaredPin("counter", "counter", false));
    private final byte[] object = TestPrograms.object("network.bpf.c");
    private final Interleaving interleaving = new Interleaving();

    @Test
    void bothRunWithThePinnedMaps() throws IOException {
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            List<LoadedState> loaded = new ArrayList<>();
            inserted = interleaving.run(
                    () -> loaded.add(load(interleaving.pins())), n, () -> loaded.add(load(new KernelPins())));
            for (LoadedState state : loaded) {
                assertPinned(state, "the second load before operation " + n);
                state.close();
            }
            mountAnew();
        }
    }

    private void assertPinned(LoadedState state, String when) {
        for (DeclaredPin pin : PINS) {
            assertThat(new KernelPins().isPinned(state.handle(pin.map()), fs.pin(pin.pin())))
                    .as("whether %s is pinned, with %s", pin.map(), when)
                    .isTrue();
        }
    }

    /** A load that fails late must not remove the pins of maps that another load uses already. */
    @Test
    void aLoadThatFailsLeavesThePinsThatAnotherOneUses() throws IOException {
        boolean inserted = true;
        int kept = 0;
        for (int n = 0; inserted; n++) {
            List<LoadedState> loaded = new ArrayList<>();
            inserted = interleaving.run(
                    () -> assertBpfException(
                            () -> load(interleaving.pins(), KernelConcurrentLoadTest::fail), "a late failure"),
                    n,
                    () -> loadUnlessUnpinned().ifPresent(loaded::add));
            for (LoadedState state : loaded) {
                assertPinned(state, "the second load before operation " + n);
                kept++;
            }
            assertThat(fs.content()).noneMatch(file -> file.endsWith("closed"));
            if (loaded.isEmpty()) {
                assertThat(fs.content()).doesNotContain("flow", "counter");
            }
            loaded.forEach(LoadedState::close);
            mountAnew();
        }
        assertThat(kept).isPositive();
    }

    /** The load might take the maps away again, with what the program of the guest counts. */
    @Test
    void aGuestAttachesNoProgramUntilAFirstLoadIsComplete() throws IOException {
        List<DeclaredPin> outer = List.of(new DeclaredPin("tenant", "tenant", false)); // the program counts there
        List<LoadedState> guests = new ArrayList<>();
        Runnable attach = () ->
                guests.get(0).backend().programs().get(0).attach(Xdp.on("lo")).close();
        try {
            LoadedState first = load(new KernelPins(), pins, outer, loaded -> {
                guests.add(load(new KernelPins(), pins, outer, object -> {}));
                assertBpfException(attach::run).hasReason(Reason.BUSY).hasErrno(Errno.EAGAIN);
            });
            guests.add(first);
            attach.run();

            Files.createDirectory(fs.pin("closed")); // a load was killed
            attach.run();
            assertThat(fs.pin("closed")).doesNotExist();
        } finally {
            guests.forEach(LoadedState::close);
        }
    }

    /** Two loads run at the same time. One fails after it has pinned its maps. */
    @Test
    void ofTwoFirstStartsTheOneThatSucceedsKeepsItsPins() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                long nanos = random.nextInt(4_000_000);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<?> failing = other.submit(() -> {
                    start.await();
                    return load(new KernelPins(), object -> {
                        for (long since = System.nanoTime(); System.nanoTime() - since < nanos; ) {
                            Thread.onSpinWait();
                        }
                        throw BpfException.of(Reason.BUSY, "load").because("a late failure");
                    });
                });
                start.await();
                LoadedState state = load(new KernelPins());
                assertThatThrownBy(failing::get).hasMessageContaining("a late failure");
                assertPinned(state, "round " + round + " of seed " + seed);
                state.close();
                mountAnew();
            }
        } finally {
            other.shutdownNow();
        }
    }

    /** The pins that the second load finds are those of the first one, which fails before the second load looks at the door. */
    @Test
    void aLoadPinsItsMapsIfThoseThatItFoundHaveGone() throws Exception {
        CompletableFuture<@Nullable Void> pinned = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> found = new CompletableFuture<>();
        CompletableFuture<?> failing = CompletableFuture.runAsync(() -> load(new KernelPins(), object -> {
            pinned.complete(null);
            found.join();
            throw BpfException.of(Reason.BUSY, "load").because("a late failure");
        }));
        pinned.join();

        LoadedState state = load(Interleaving.before(new KernelPins(), (method, arguments) -> {
            if (method.getName().equals("exists") && ((Path) arguments[0]).endsWith("closed") && found.complete(null)) {
                assertThatThrownBy(failing::join).hasMessageContaining("a late failure");
            }
        }));

        assertThat(found).isDone();
        assertPinned(state, "the second load after the first one");
        state.close();
    }

    private static void fail(LoadedState prepared) {
        throw BpfException.of(Reason.BUSY, "load").because("a late failure");
    }

    /** Empty if the other load took pins away again that this one had found. */
    private Optional<LoadedState> loadUnlessUnpinned() {
        try {
            return Optional.of(load(new KernelPins()));
        } catch (BpfException e) {
            assertThat(e)
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasReason(Reason.BUSY)
                    .hasMessageContaining("load the object again");
            return Optional.empty();
        }
    }

    private LoadedState load(Pins with) {
        return load(with, object -> {});
    }

    private LoadedState load(Pins with, Consumer<LoadedState> preparation) {
        return load(with, pins.withOwnerWait(Duration.ofMinutes(1)), PINS, preparation);
    }

    private LoadedState load(
            Pins with, PinOptions options, List<DeclaredPin> declared, Consumer<LoadedState> preparation) {
        LoadSettings settings = new LoadSettings("network", object, null, declared);
        settings.pins(options);
        return new LoadRun(
                        settings,
                        new KernelMapFactory(),
                        with,
                        plan -> KernelObject.load(
                                "network", object, plan, new LinkPins(new KernelPins(), PinOptions.defaults())),
                        () -> {},
                        preparation)
                .run();
    }
}
