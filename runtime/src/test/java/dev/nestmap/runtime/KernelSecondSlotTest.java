/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The owner of the slots of a pinned outer map reads all of them once, and notices a map in two slots, whoever has put it there. Two objects
 * of one process stand for two processes, because the lock of the directory treats them alike.
 */
@KernelTest
@Timeout(60)
class KernelSecondSlotTest extends PinnedTest {
    private static final String SECOND = "the inner map is in 2 slots";

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
                discardDisplaced(large.share(2L, get(large, 3L)));
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
            discardDisplaced(second.share(2L, get(second, 1L)));
        }

        assertIsInTwoSlots(1, 2);
    }

    /** The owner has not opened the map in its first slot, so it does not know that slot. */
    @Test
    void isFilledByTheOwnerWithAMapOfUnknownSlots() {
        reopen();
        readAllSlots();
        try (FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE);
                TenantMap.Owned other = TenantMap.newMap()) {
            RawSlots.put(other.id(), RawSlots.slot(7).bytes(), first.id());
            discardDisplaced(owner.share(2L, get(other, 7L)));
        }

        assertIsInTwoSlots(2, 1);
    }

    /** Programs write to the map through that slot, and this object may not even have the record of the other outer map. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isASlotOfAnotherOuterMapOfTheSet(boolean isFilledLater) {
        if (isFilledLater) {
            readAllSlots();
            try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins)) {
                discardDisplaced(site.share(7L, get(owner, 1L)));
            }
        } else {
            owner.close();
            fillSlotOfSite();
            reopen();
        }

        assertThatThrownBy(() -> owner.rotate(1L)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.take(1L)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.rotate(1L, fresh -> {})).hasMessageContaining(SECOND);
        assertIsNotExactIfReplaced(1L);
        discardDisplaced(owner.rotate(1L));
        discardDisplaced(owner.rotate(2L));
    }

    /** A share to the slot goes ahead, and its ticket has a doubt. */
    private void assertIsNotExactIfReplaced(long slot) {
        try (Displaced<Long, FlowMap> displaced = Objects.requireNonNull(owner.share(slot, owner.create(11L)))) {
            assertThat(displaced.isExact()).isFalse();
        }
        owner.discard(11L);
    }

    private void fillSlotOfSite() {
        try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins);
                FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE)) {
            RawSlots.put(site.id(), RawSlots.slot(7).bytes(), first.id());
        }
    }

    /** How a thread finds the inner map that another one rotates. */
    enum Found {
        IN_ITS_SLOT,
        BY_ANOTHER_HANDLE
    }

    /** It begins when the rotation has counted the slots that hold the map. */
    @ParameterizedTest
    @EnumSource
    void isNotFilledWhileItsMapIsRotated(Found found) {
        readAllSlots();
        List<Throwable> refused = new ArrayList<>();
        try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins);
                TenantMap.Owned byId = TenantMap.openById(owner.id());
                WatchedThread thread = new WatchedThread()) {
            site.create(9L);
            FlowMap known = get(owner, 1L);
            FlowMap other = get(byId, 1L);
            Runnable fill = () -> discardDisplaced(
                    switch (found) {
                        case IN_ITS_SLOT -> site.share(7L, known);
                        case BY_ANOTHER_HANDLE -> byId.share(7L, other);
                    });
            thread.run(
                    call -> {
                        if (call == SystemCall.MAP_CREATE && refused.isEmpty()) {
                            refused.add(catchThrowable(fill::run));
                        }
                        return null;
                    },
                    () -> {
                        try (Displaced<Long, FlowMap> displaced = Objects.requireNonNull(owner.rotate(1L))) {
                            assertThat(displaced.isExact()).isTrue();
                        }
                    });
            assertThat(refused)
                    .singleElement()
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                    .hasMessageContaining("another thread is taking it out of its slot");
            assertThat(site.keys()).containsExactly(9L);
            assertThat(owner.get(7L)).isNull();
        }
    }

    /** libbpf has filled a slot of another outer map, and its object is not loaded completely yet. */
    @Test
    void isFilledByALoad() {
        readAllSlots();
        try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins);
                FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE)) {

            RawSlots.put(site.id(), RawSlots.slot(7).bytes(), first.id());
            site.nest.adopt(new SlotKey(7L, RawSlots.slot(7).bytes()), first.map());

            assertThatThrownBy(() -> owner.rotate(1L)).hasMessageContaining(SECOND);
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

    @Test
    void isFilledByAHandleThatDoesNotKnowTheOwner() {
        readAllSlots();
        try (TenantMap.Owned byId = TenantMap.openById(owner.id())) {
            discardDisplaced(byId.share(2L, get(byId, 1L)));
        }

        assertIsInTwoSlots(1, 2);
    }

    /** {@code bpftool} puts the map into the second slot. A rotation of one key can't see that without a read of all slots. */
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

    /** The owner would not notice it. */
    @Test
    void isNotFilledByOthers() {
        readAllSlots();
        try (TenantMap.Owned other = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins)) {
            assertRefused(() -> other.share(2L, get(other, 1L)));
            assertRefused(() -> other.share(4L, get(other, 1L)));
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

    /** The next exact operation of each kind is refused, and a share is not exact. */
    private void assertIsInTwoSlots(long one, long other) {
        assertThatThrownBy(() -> owner.rotate(one)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.take(other)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner.rotateAll(List.of(one, 3L))).hasMessageContaining(SECOND);
        assertIsNotExactIfReplaced(one);
        discardDisplaced(owner.rotate(other));
    }

    /** Rotates an unrelated slot. From then on, this object counts the slots of each map. */
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
