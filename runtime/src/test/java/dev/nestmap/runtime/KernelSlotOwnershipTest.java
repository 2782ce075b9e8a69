/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.Displaced.closeDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two objects that use one pinned outer map. For the kernel's lock of the directory, two objects of one process are like two processes.
 */
@KernelTest
@Timeout(60)
@Tag("jdk-independent")
class KernelSlotOwnershipTest extends PinnedTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);
    private static final String REFUSED =
            "owns the slots of the pinned outer map until it is closed and every map that it took out is closed";

    private TenantMap.Owned first;
    private TenantMap.Owned second;

    @BeforeEach
    void open() {
        first = TenantMap.newMap(fs.path("tenant"), pins);
        for (long key = 1; key <= 3; key++) {
            first.create(key).put(new Flow(HTTPS, key));
        }
        second = TenantMap.openPinned(fs.path("tenant"), MapAccess.READ_WRITE);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @Test
    void lastsUntilEveryDisplacedMapIsClosed() {
        FlowMap.Owned rotated = Objects.requireNonNull(first.rotate(1L));
        FlowMap.Owned taken = Objects.requireNonNull(first.take(2L));
        first.close();

        assertSecondIsRejected();
        assertThat(rotated).containsExactly(new Flow(HTTPS, 1));
        rotated.close();
        assertSecondIsRejected();
        assertThat(taken).containsExactly(new Flow(HTTPS, 2));
        taken.close();

        assertThat(second.recoverUndrained().maps()).isEmpty();
        Objects.requireNonNull(second.rotate(3L)).close();
    }

    @Test
    void endsWithAMapThatIsLeftUndrained() {
        FlowMap.Owned rotated = Objects.requireNonNull(first.rotate(1L));
        MapIdentity identity = rotated.identity("node-17");
        first.leaveUndrained(rotated);
        assertThatThrownBy(rotated::count)
                .isInstanceOf(InvalidHandleException.class)
                .hasMessageContaining("it was left undrained");
        first.leaveUndrained(rotated); // does nothing the second time

        FlowMap.Owned again = first.recoverUndrained().maps().get(0);
        first.close();
        assertSecondIsRejected();
        first.leaveUndrained(again);

        OwnedMaps<Long, FlowMap.Owned> recovered = second.recoverUndrained();
        assertThat(recovered.keys()).containsExactly(1L);
        recovered.forEachThenClose((key, map) -> {
            assertThat(map).containsExactly(new Flow(HTTPS, 1));
            assertThat(map.identity("node-17")).isNotNull().isEqualTo(identity);
        });
    }

    @Test
    void lastsUntilADisplacedMapIsPutIntoASlot() {
        FlowMap.Owned taken = Objects.requireNonNull(first.take(1L));
        first.close();

        assertSecondIsRejected();
        closeDisplaced(second.swap(1L, taken));

        assertThat(second.recoverUndrained().maps()).isEmpty();
        assertThat(second.get(1L, HTTPS)).isEqualTo(new Flow(HTTPS, 1));
    }

    @Test
    void lastsUntilRecoveredMapsAreClosed() {
        leaveUndrained("tenant", 1, first);
        OwnedMaps<Long, FlowMap.Owned> recovered = first.recoverUndrained();
        first.close();

        assertSecondIsRejected();
        recovered.close();
        assertThat(second.recoverUndrained().maps()).isEmpty();
    }

    /** Its process was killed after the kernel had put the map into a slot again, and before the call removed the pin. */
    @Test
    void aMapThatIsPinnedAsDrainingAndInASlotIsHandedOutOnce() throws IOException {
        pinAsDraining("tenant", 1, 2, first);

        try (FlowMap.Owned swapped = Objects.requireNonNull(second.swap(2L, second.detached()))) {
            assertThat(second.recoverUndrained().maps()).isEmpty();
            assertThat(fs.content())
                    .filteredOn(pin -> pin.startsWith("tenant-draining/"))
                    .containsExactly("tenant-draining/2-" + swapped.id());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aMapWhosePinCanNotBeRemovedIsHandedOutOnce(long slot) {
        FlowMap.Owned rotated = Objects.requireNonNull(first.rotate(1L));
        int[] unlinks = {0};
        List<BpfException> failures = new ArrayList<>();
        try (WatchedThread thread = new WatchedThread()) {
            thread.run(
                    call -> call == SystemCall.UNLINK && ++unlinks[0] > 1 // the first is before the change
                            ? Errno.ENOMEM
                            : null,
                    () -> failures.add(catchThrowableOfType(BpfException.class, () -> first.swap(slot, rotated))));
        }
        first.displacedBy(failures.get(0)).close();

        try (FlowMap.Owned again = Objects.requireNonNull(first.rotate(slot))) {
            assertThat(again).containsExactly(new Flow(HTTPS, 1));
            assertThat(first.recoverUndrained().maps()).isEmpty();
        }
        assertThat(first.undrainedCount()).isZero();
    }

    @Test
    void recoveryLeavesMapsThatOtherObjectsTookOutWithoutTheOwnership() {
        Objects.requireNonNull(first.rotate(1L)).close();

        try (FlowMap.Owned swapped = Objects.requireNonNull(second.swap(2L, second.detached()));
                FlowMap.Owned taken =
                        Objects.requireNonNull(second.takeUnchecked(List.of(3L)).get(3L))) {
            assertThat(first.recoverUndrained().maps()).isEmpty();
            assertThat(second.undrainedCount()).as("maps without pins").isEqualTo(2);
            assertThat(swapped).containsExactly(new Flow(HTTPS, 2));
            assertThat(taken).containsExactly(new Flow(HTTPS, 3));
        }
    }

    @Test
    void theFirstObjectThatTakesMapsOutIsTheOwner() {
        try (FlowMap.Owned swapped = Objects.requireNonNull(second.swap(2L, second.detached()))) {
            assertThat(swapped).containsExactly(new Flow(HTTPS, 2));
            assertThatThrownBy(() -> first.rotate(1L))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining(REFUSED);
        }
    }

    @Test
    void aForgottenDisplacedMapCanBeRecoveredWithoutReopeningTheOuterMap() throws Exception {
        List<Flow> recovered = new ArrayList<>();
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            for (int i = 0; i < 100; i++) {
                forget(1);
            }
            while (recovered.size() < 100 || log.messages().isEmpty()) {
                System.gc();
                Thread.sleep(20);
                first.recoverUndrained().forEachThenClose((key, map) -> {
                    map.forEach(recovered::add);
                });
            }
        }
        assertThat(recovered).containsOnly(new Flow(HTTPS, 1)).hasSize(100);
        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
    }

    @Test
    void aForgottenDisplacedMapEndsTheOwnershipOfAClosedOuterMap() throws Exception {
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            forget(1);
            first.close();

            List<FlowMap.Owned> recovered = new ArrayList<>();
            while (recovered.isEmpty()) {
                System.gc();
                Thread.sleep(20);
                try {
                    recovered.addAll(second.recoverUndrained().maps());
                } catch (BpfException e) {
                    assertThat(e).hasMessageContaining(REFUSED);
                }
            }
            assertThat(recovered).singleElement().satisfies(left -> {
                try (left) {
                    assertThat(left).containsExactly(new Flow(HTTPS, 1));
                }
            });
            while (log.messages().isEmpty()) { // the report follows the end of the ownership
                Thread.sleep(1);
            }
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains(
                            "because its handle became garbage, and stays pinned, so that recoverUndrained() returns it");
        }
    }

    private void forget(long key) {
        Objects.requireNonNull(first.rotate(key));
        Objects.requireNonNull(first.get(key)).put(new Flow(HTTPS, key));
    }

    private void assertSecondIsRejected() {
        assertThatThrownBy(() -> second.rotate(3L))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining(REFUSED)
                .hasMessageContaining("rotateUnchecked");
        assertThatThrownBy(second::recoverUndrained)
                .isInstanceOf(BpfException.class)
                .hasMessageContaining(REFUSED);
    }
}
