/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The owner of the slots of a pinned outer map reads all of them once, and notices a map in two slots, whoever has put it there. Two objects
 * of one process stand for two processes, because the lock of the directory treats them alike.
 */
@KernelTest
@Timeout(60)
class KernelSecondSlotTest extends PinnedTest {
    private static final String SECOND = "so programs continue to write to it";

    private TenantMap.Owned owner;

    @BeforeEach
    void create() {
        owner = TenantMap.newMap(fs.pin("tenant"), pins);
        for (long key = 1; key <= 3; key++) {
            owner.create(key).put(new Flow(HTTPS, key));
        }
    }

    @AfterEach
    void close() {
        owner.close();
    }

    /** A service that drains one tenant after the other must not read all tenants for each. */
    @Test
    void theSystemCallsOfAChangeDoNotDependOnTheNumberOfTenants() {
        List<SystemCall> few = callsOfChanges(100);

        assertThat(few).contains(SystemCall.MAP_LOOKUP_ELEM).doesNotContain(SystemCall.MAP_LOOKUP_BATCH);
        assertThat(callsOfChanges(3_000)).isEqualTo(few);
    }

    /** The system calls of a change of each kind, after the first change has read all slots. */
    private List<SystemCall> callsOfChanges(int tenants) {
        List<SystemCall> calls = new ArrayList<>();
        try (TenantMap.Owned large = TenantMap.newMap(
                        Network.schema(tenants), fs.pin("of" + tenants), pins, new KernelPins(), false);
                WatchedThread thread = new WatchedThread()) {
            List<Long> keys = LongStream.range(0, tenants).boxed().toList();
            thread.run(WatchedThread.noting(calls), () -> large.createAll(keys));
            assertThat(calls).as("the first change reads all slots").contains(SystemCall.MAP_LOOKUP_BATCH);
            // Creates the directory of displaced maps. Another thread might start the one that updates slots, whose
            // calls nobody would see.
            thread.run(WatchedThread.noting(calls), () -> discardDisplaced(large.rotate(0L)));
            calls.clear();
            thread.run(WatchedThread.noting(calls), () -> discardDisplaced(large.rotate(1L)));
            thread.run(WatchedThread.noting(calls), () -> {
                discardDisplaced(large.take(4L));
                large.replace(5L, fresh -> {});
                discardDisplaced(large.rotate(7L, fresh -> {}));
                large.discard(6L);
            });
        }
        return calls;
    }

    /** This object was the owner before, and has read all slots. */
    @Test
    void wasFilledBeforeThisObjectBecameTheOwnerAgain() {
        readAllSlots();
        KernelPins files = new KernelPins();
        files.move(fs.pin("tenant"), fs.pin("moved"));
        TenantMap.newMap(fs.pin("other"), pins).close();
        files.move(fs.pin("other"), fs.pin("tenant"));
        assertThatThrownBy(owner::waitingTickets).hasMessageContaining("another map is pinned");
        files.move(fs.pin("moved"), fs.pin("tenant"));
        try (TenantMap.Owned second = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins)) {
            RawSlots.put(second.id(), RawSlots.slot(2).bytes(), get(second, 1L).id());
        }

        assertIsInTwoSlots(1, 2);
    }

    /** Programs write to the map through that slot, and this object may not even have the record of the other outer map. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isASlotOfAnotherOuterMapOfTheSet(boolean isFilledLater) {
        if (isFilledLater) {
            readAllSlots();
            fillSlotOfSite();
            assertThatThrownBy(() -> owner.drainAll(displaced -> {})).hasMessageContaining(SECOND);
        } else {
            owner.close();
            fillSlotOfSite();
            reopen();
        }

        assertThatThrownBy(() -> owner.rotate(1L)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.take(1L)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.rotate(1L, fresh -> {})).hasMessageContaining(SECOND);
        discardDisplaced(owner.expert().unchecked().rotateAll(List.of(1L)));
        discardDisplaced(owner.rotate(1L));
        discardDisplaced(owner.rotate(2L));
    }

    private void fillSlotOfSite() {
        try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins);
                FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE)) {
            RawSlots.put(site.id(), RawSlots.slot(7).bytes(), first.id());
        }
    }

    /** The last comparison has found it there. */
    @Test
    void isNoSlotOfAnotherOuterMapAnyMore() {
        owner.close();
        fillSlotOfSite();
        reopen();
        readAllSlots();
        try (TenantMap.Owned site = TenantMap.openPinned(fs.pin("site"), MapAccess.READ_WRITE, pins)) {
            site.discard(7L);
        }

        discardDisplaced(owner.rotate(1L));
    }

    /** {@code bpftool} puts the map into the second slot. A rotation of the first one can't see that without a read of all slots. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isFilledByOtherSoftware(boolean isReopened) {
        readAllSlots();
        RawSlots.put(owner.id(), RawSlots.slot(2).bytes(), get(owner, 1L).id());
        if (isReopened) {
            reopen();
        } else {
            assertThatThrownBy(() -> owner.drainAll(displaced -> {})).hasMessageContaining(SECOND);
        }

        assertIsInTwoSlots(1, 2);
    }

    /** The call does not know whether the map is still in its first slot, so the next exact change reads all slots. */
    @Test
    void isFoundByACall() {
        readAllSlots();
        RawSlots.put(owner.id(), RawSlots.slot(2).bytes(), get(owner, 1L).id());

        assertThat(get(owner, 2L)).containsExactly(new Flow(HTTPS, 1));

        assertIsInTwoSlots(1, 2);
    }

    /** The owner would not notice it. */
    @Test
    void isNotFilledByOthers() {
        readAllSlots();
        try (TenantMap.Owned other = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins)) {
            assertRefused(() -> other.replace(2L, fresh -> {}));
            assertRefused(() -> other.create(4L));
        }
        assertThat(owner.keys()).containsExactlyInAnyOrder(1L, 2L, 3L);
        discardDisplaced(owner.rotate(1L));
        discardDisplaced(owner.rotate(2L));
    }

    private static void assertRefused(Runnable change) {
        assertBpfException(change::run, "this process", "owns the pin ");
    }

    /** The next exact operation of each kind is refused, until the map has left one of the slots. */
    private void assertIsInTwoSlots(long one, long other) {
        assertThatThrownBy(() -> owner.rotate(one)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.take(other)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.rotateAll(List.of(one, 3L))).hasMessageContaining(SECOND);
        discardDisplaced(owner.expert().unchecked().rotateAll(List.of(one)));
        discardDisplaced(owner.rotate(other));
    }

    /** Rotates an unrelated slot. From then on, this object has read all slots. */
    private void readAllSlots() {
        discardDisplaced(owner.rotate(3L));
    }

    private void reopen() {
        owner.close();
        owner = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins);
    }

    private static FlowMap get(TenantMap tenants, long key) {
        return Objects.requireNonNull(tenants.get(key));
    }
}
