/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Of two objects that use one pinned outer map, one owns the slots until the last displaced map is closed, whether they are in one process or in
 * two.
 */
@KernelTest
@Timeout(60)
class KernelSlotOwnershipTest extends PinnedTest {
    private static final String REFUSED = "another object of this process owns the pin ";

    private TenantMap.Owned first;
    private TenantMap.Owned second;

    @BeforeEach
    void open() {
        try (TenantMap.Owned created = TenantMap.newMap(fs.path("tenant"), pins)) {
            for (long key = 1; key <= 3; key++) {
                created.create(key).put(new Flow(HTTPS, key));
            }
        }
        first = TenantMap.openPinned(fs.path("tenant"), MapAccess.READ_WRITE);
        second = TenantMap.openPinned(fs.path("tenant"), MapAccess.READ_WRITE);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @Test
    void lastsUntilEveryDisplacedMapIsClosed() {
        DrainedMap<FlowMap> rotated = DrainedMap.of(first.rotate(1L));
        DrainedMap<FlowMap> taken = DrainedMap.of(first.take(2L));
        first.close();

        assertSecondIsRejected();
        assertThat(rotated.map()).containsExactly(new Flow(HTTPS, 1));
        rotated.close();
        assertSecondIsRejected();
        assertThat(taken.map()).containsExactly(new Flow(HTTPS, 2));
        taken.close();

        assertThat(second.waitingTickets()).isEmpty();
        Objects.requireNonNull(second.rotate(3L)).acknowledge();
    }

    @Test
    void endsWithAMapThatIsLeftWaiting() {
        DrainedMap<FlowMap> rotated = DrainedMap.of(first.rotate(1L));
        MapIdentity identity = rotated.identity();
        rotated.ticket().close();
        assertThrown(InvalidHandleException.class, () -> rotated.map().count(), "its ticket was closed");
        rotated.ticket().close(); // does nothing the second time
        assertThrown(InvalidHandleException.class, rotated.ticket()::acknowledge);

        Displaced<Long, FlowMap> again = first.waitingTickets().get(0);
        first.close();
        assertSecondIsRejected();
        again.close();

        Displaced<Long, FlowMap> recovered = second.waitingTickets().get(0);
        assertThat(recovered.key()).isEqualTo(1L);
        assertThat(recovered.map()).containsExactly(new Flow(HTTPS, 1));
        assertThat(recovered.identity()).isEqualTo(identity);
        recovered.acknowledge();
    }

    /** Its process was killed after it had pinned the map, and before the kernel took it out of the slot. */
    @Test
    void aMapThatIsPinnedAsDrainingAndInASlotIsHandedOutOnce() throws IOException {
        pinAsDraining("tenant", 1, 2, first);

        try (DrainedMap<FlowMap> rotated = DrainedMap.of(second.rotate(2L, fresh -> {}))) {
            assertThat(second.waitingTickets()).isEmpty();
            assertThat(fs.content())
                    .filteredOn(pin -> pin.startsWith("tenant-draining/"))
                    .containsExactly("tenant-draining/2-" + rotated.map().id());
        }
    }

    @Test
    void onlyTheOwnerCreatesAndDiscardsInnerMaps() {
        second.create(4L);
        assertBpfException(
                        () -> first.create(5L),
                        REFUSED + fs.pin("tenant") + ", so nothing was changed. Make the change in the owner",
                        "To wait for the end of the owner, load or attach with PinOptions.withOwnerWait")
                .hasErrno(Errno.EAGAIN);
        assertThatThrownBy(() -> first.discard(4L)).hasMessageContaining(REFUSED);
        assertThat(first.getOrCreate(4L)).isEmpty(); // it is there
        second.discard(4L);
        second.close();

        assertThat(first.create(4L)).isEmpty();
    }

    /** {@code find -empty -delete} removes it, and another process could own the pins then. */
    @Test
    void aRemovedLockIsNoticed() throws IOException {
        first.create(4L);
        Files.delete(fs.path("owner"));
        assertThatThrownBy(() -> first.create(5L))
                .hasMessageContaining(fs.path("owner") + " is not the directory that");
        assertThatThrownBy(() -> first.rotate(1L)).hasMessageContaining("nothing was changed");
        assertBpfException(() -> second.rotate(1L));
        assertThat(first.get(1L, HTTPS)).isEqualTo(new Flow(HTTPS, 1));

        Files.createDirectory(fs.path("owner"));
        assertThatThrownBy(() -> first.create(5L)).hasMessageContaining("is not the directory that");
        first.close();
        second.close();
        try (TenantMap.Owned third = TenantMap.openPinned(fs.path("tenant"), MapAccess.READ_WRITE)) {
            Objects.requireNonNull(third.rotate(1L)).acknowledge();
        }
    }

    @Test
    void aForgottenDisplacedMapEndsTheOwnershipOfAClosedOuterMap() throws Exception {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            forget(1);
            first.close();

            List<Displaced<Long, FlowMap>> recovered = new ArrayList<>();
            while (recovered.isEmpty()) {
                System.gc();
                Thread.sleep(20);
                try {
                    recovered.addAll(second.waitingTickets());
                } catch (BpfException e) {
                    assertThat(e).hasMessageContaining(REFUSED);
                }
            }
            assertThat(recovered).singleElement().satisfies(left -> {
                assertThat(left.map()).containsExactly(new Flow(HTTPS, 1));
                left.acknowledge();
            });
            log.await("its ticket became garbage before it was acknowledged: the outer map keeps it");
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDrainAfterCloseThrowsIfAnActionHasFailedBefore() {
        assertThrown(DrainException.class, () -> first.drain(1L, KernelSlotOwnershipTest::fail));
        first.close();

        assertThrown(InvalidHandleException.class, () -> first.drain(1L, Displaced::acknowledge));
        assertThrown(InvalidHandleException.class, () -> first.drainLast(1L, Displaced::acknowledge));

        assertThat(second.drainWaiting(displaced -> {})).isEqualTo(1);
    }

    private static void fail(Displaced<Long, FlowMap> displaced) throws IOException {
        throw new IOException("the database is away for " + displaced.key());
    }

    /** Otherwise it would change slots that the comparison has read. */
    @Test
    void aDrainWaitsForAComparison() {
        assertThrown(DrainException.class, () -> first.drain(1L, KernelSlotOwnershipTest::fail));
        AtomicReference<Thread> comparing = new AtomicReference<>();
        List<CompletableFuture<Long>> drains = new ArrayList<>();
        List<Long> early = new ArrayList<>();
        WatchedThread.watch(
                call -> {
                    if (call == SystemCall.OBJ_GET
                            && drains.isEmpty()
                            && isComparing(Objects.requireNonNull(comparing.get()))) {
                        drains.add(CompletableFuture.supplyAsync(() -> first.drain(1L, displaced -> {})));
                        try {
                            early.add(drains.get(0).get(500, TimeUnit.MILLISECONDS));
                        } catch (InterruptedException | ExecutionException | TimeoutException e) {
                            // It waits for the comparison.
                        }
                    }
                    return null;
                },
                () -> {
                    comparing.set(Thread.currentThread());
                    first.drainWaiting(displaced -> {});
                });

        assertThat(drains).hasSize(1);
        drains.get(0).join();
        assertThat(early).as("drains that ended without the map").isEmpty();
        assertThat(first.waitingCount()).isZero();
    }

    private static boolean isComparing(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().endsWith(".SlotComparison"));
    }

    private void forget(long key) {
        Objects.requireNonNull(first.rotate(key));
        Objects.requireNonNull(first.get(key)).put(new Flow(HTTPS, key));
    }

    private void assertSecondIsRejected() {
        assertBpfException(() -> second.rotate(3L), REFUSED);
        assertBpfException(second::waitingTickets, REFUSED);
    }
}
