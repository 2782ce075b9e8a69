/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
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
@Tag("jdk-independent")
class KernelSecondSlotTest extends PinnedTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);
    private static final String SECOND = "the inner map is in 2 slots";

    private TenantMap.@Nullable Owned owner;

    @BeforeEach
    void create() {
        owner = TenantMap.newMap(fs.pin("tenant"), pins);
        for (long key = 1; key <= 3; key++) {
            owner.create(key).put(new Flow(HTTPS, key));
        }
    }

    @AfterEach
    void close() {
        owner().close();
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
            thread.run(note(calls), () -> large.createAll(keys));
            assertThat(calls).as("the first change reads all slots").contains(SystemCall.MAP_LOOKUP_BATCH);
            discardDisplaced(large.rotate(0L)); // creates the directory of displaced maps
            calls.clear();
            thread.run(note(calls), () -> discardDisplaced(large.rotate(1L)));
            assertThat(calls).as("calls of a rotation with its acknowledgement").hasSizeLessThanOrEqualTo(15);
            thread.run(note(calls), () -> {
                discardDisplaced(large.share(2L, get(large, 3L)));
                discardDisplaced(large.take(4L));
                discardDisplaced(large.swap(5L, large.detached()));
                large.discard(6L);
            });
        }
        return calls;
    }

    private static WatchedThread.Watcher note(List<SystemCall> calls) {
        return call -> {
            calls.add(call);
            return null;
        };
    }

    @Test
    void wasFilledBeforeThisObjectBecameTheOwner() {
        discardDisplaced(owner().share(2L, get(owner(), 1L)));
        reopen();

        readAllSlots();
        assertIsInTwoSlots(1, 2);
    }

    /** This object was the owner before, and has read all slots. */
    @Test
    void wasFilledBeforeThisObjectBecameTheOwnerAgain() {
        readAllSlots();
        KernelPins files = new KernelPins();
        files.move(fs.pin("tenant"), fs.pin("moved"));
        TenantMap.newMap(fs.pin("other"), pins).close();
        files.move(fs.pin("other"), fs.pin("tenant"));
        assertThatThrownBy(owner()::waitingTickets).hasMessageContaining("another map is pinned");
        files.move(fs.pin("moved"), fs.pin("tenant"));
        try (TenantMap.Owned second = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins)) {
            discardDisplaced(second.share(2L, get(second, 1L)));
        }

        assertIsInTwoSlots(1, 2);
    }

    @Test
    void isFilledByTheOwner() {
        readAllSlots();
        discardDisplaced(owner().share(2L, get(owner(), 1L)));

        assertIsInTwoSlots(1, 2);
    }

    /** The owner has not opened the map in its first slot, so it does not know that slot. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isFilledByTheOwnerWithAMapOfUnknownSlots(boolean isShared) {
        reopen();
        readAllSlots();
        try (FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE);
                TenantMap.Owned other = TenantMap.newMap()) {
            if (isShared) {
                discardDisplaced(other.swap(7L, first));
                discardDisplaced(owner().share(2L, get(other, 7L)));
            } else {
                discardDisplaced(owner().swap(2L, first));
            }
        }

        assertIsInTwoSlots(2, 1);
    }

    /** Programs write to the map through that slot, and this object may not even have the record of the other outer map. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isASlotOfAnotherOuterMapOfTheSet(boolean isFilledLater) {
        if (isFilledLater) {
            readAllSlots();
        } else {
            owner().close();
        }
        try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins);
                FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE)) {
            discardDisplaced(site.swap(7L, first));
        }
        if (!isFilledLater) {
            reopen();
        }

        assertThatThrownBy(() -> owner().rotate(1L)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner().take(1L)).hasMessageContaining(SECOND);
        try (Displaced<Long, FlowMap> displaced = Objects.requireNonNull(owner().swap(1L, owner().detached()))) {
            assertThat(displaced.isExact()).isFalse();
        }
        discardDisplaced(owner().rotate(1L));
        discardDisplaced(owner().rotate(2L));
    }

    /** The last comparison has found it there. */
    @Test
    void isNoSlotOfAnotherOuterMapAnyMore() {
        owner().close();
        try (TenantMap.Owned site = TenantMap.newMap(fs.pin("site"), pins);
                FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE)) {
            discardDisplaced(site.swap(7L, first));
        }
        reopen();
        readAllSlots();
        try (TenantMap.Owned site = TenantMap.openPinned(fs.pin("site"), MapAccess.READ_WRITE, pins)) {
            site.discard(7L);
        }

        discardDisplaced(owner().rotate(1L));
    }

    @Test
    void isFilledByAHandleThatDoesNotKnowTheOwner() {
        readAllSlots();
        try (TenantMap.Owned byId = TenantMap.openById(owner().id())) {
            discardDisplaced(byId.share(2L, get(byId, 1L)));
        }

        assertIsInTwoSlots(1, 2);
    }

    /** {@code bpftool} puts the map into the second slot. A rotation of one key can't see that without a read of all slots. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isFilledByOtherSoftware(boolean isReopened) {
        readAllSlots();
        try (RawMap outer = Objects.requireNonNull(new KernelMapFactory().open(owner().id()));
                RawMap first = Objects.requireNonNull(
                        new KernelMapFactory().open(get(owner(), 1L).id()))) {
            OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
            key.bytes().putInt(0, 2);
            assertThat(outer.update(key, 0, first, RawMap.ANY)).isZero();
        }
        if (isReopened) {
            reopen();
        } else {
            assertThatThrownBy(() -> owner().drainAll(displaced -> {})).hasMessageContaining(SECOND);
        }

        assertIsInTwoSlots(1, 2);
    }

    /** The owner would not notice it. */
    @Test
    void isNotFilledByOthers() {
        readAllSlots();
        try (TenantMap.Owned other = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins);
                FlowMap.Owned first = FlowMap.openPinned(fs.pin("tenant-inner/1"), MapAccess.READ_WRITE)) {
            assertRefused(() -> other.share(2L, get(other, 1L)));
            assertRefused(() -> other.share(4L, get(other, 1L)));
            assertRefused(() -> other.swap(2L, first));
            assertRefused(() -> other.create(4L));
        }
        assertThat(owner().keys()).containsExactlyInAnyOrder(1L, 2L, 3L);
        discardDisplaced(owner().rotate(1L));
        discardDisplaced(owner().rotate(2L));
    }

    private static void assertRefused(Runnable change) {
        assertThatThrownBy(change::run)
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("this process")
                .hasMessageContaining("owns the pin ");
    }

    /** The next exact operation of each kind is refused, and a swap is not exact. */
    private void assertIsInTwoSlots(long one, long other) {
        assertThatThrownBy(() -> owner().rotate(one)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner().take(other)).hasMessageContaining(SECOND);
        assertThatThrownBy(() -> owner().rotateAll(List.of(one, 3L))).hasMessageContaining(SECOND);
        try (Displaced<Long, FlowMap> displaced = Objects.requireNonNull(owner().swap(one, owner().detached()))) {
            assertThat(displaced.isExact()).isFalse();
        }
        discardDisplaced(owner().rotate(other));
    }

    /** Rotates an unrelated slot. From then on, this object counts the slots of each map. */
    private void readAllSlots() {
        discardDisplaced(owner().rotate(3L));
    }

    private void reopen() {
        owner().close();
        owner = TenantMap.openPinned(fs.pin("tenant"), MapAccess.READ_WRITE, pins);
    }

    private TenantMap.Owned owner() {
        return Objects.requireNonNull(owner);
    }

    private static FlowMap get(TenantMap tenants, long key) {
        return Objects.requireNonNull(tenants.get(key));
    }
}
