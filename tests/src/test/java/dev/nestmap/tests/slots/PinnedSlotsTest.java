/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.tests.slots.ObjectSlots.Flow;
import dev.nestmap.tests.slots.ObjectSlotsBpf.TenantMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A load keeps the maps in the slots of an outer map that was pinned before. */
@KernelTest
class PinnedSlotsTest extends PinningTest {
    @Test
    void theMapsInTheSlotsHaveTheirNames() {
        try (ObjectSlotsBpf first = loadObjectSlots()) {
            count(first);
            first.silver().put(new Flow(9, 9));
        }
        try (ObjectSlotsBpf second = loadObjectSlots()) {
            count(second);

            assertThat(second.gold()).containsExactlyInAnyOrder(new Flow(1, 2), new Flow(2, 2));
            assertThat(second.tenant().get(0, 2)).isEqualTo(new Flow(2, 2));
            assertThat(second.tenant().get(4, 9)).isEqualTo(new Flow(9, 9));
            assertThat(second.silver()).containsExactly(new Flow(9, 9));
        }
    }

    @Test
    void emptySlotsAreFilled() {
        try (ObjectSlotsBpf first = loadObjectSlots()) {
            first.tenant().discard(0);
            first.silver().put(new Flow(9, 9));
        }
        try (ObjectSlotsBpf second = loadObjectSlots()) {
            count(second);

            assertThat(second.gold()).containsExactlyInAnyOrder(new Flow(1, 1), new Flow(2, 1));
            assertThat(second.silver()).containsExactly(new Flow(9, 9));
        }
    }

    @Test
    void pinnedInnerMapsAreKept() throws IOException {
        try (LoadTimeSlotsBpf first = loadLoadTimeSlots()) {
            first.program("count").testRun(new byte[64]);
        }
        assertThat(fs.content()).contains("tenant-inner/0", "tenant-inner/4");
        try (LoadTimeSlotsBpf second = loadLoadTimeSlots()) {
            second.program("count").testRun(new byte[64]);

            assertThat(second.gold())
                    .containsExactlyInAnyOrder(new LoadTimeSlots.Flow(1, 2), new LoadTimeSlots.Flow(2, 2));
            assertThat(second.tenant().keys()).containsExactlyInAnyOrder(0L, 4L);
        }
    }

    /** The program writes to the map gold through its slot and by its name. */
    @Test
    void rotateRejectsAMapThatAProgramUsesByItsName() {
        loadLoadTimeSlots().close();
        try (LoadTimeSlotsBpf second = loadLoadTimeSlots()) {
            assertThatThrownBy(() -> second.tenant().rotate(0))
                    .asInstanceOf(BPF_EXCEPTION)
                    .onMap("tenant")
                    .hasMessageContaining("the inner map is in 2 slots");
        }
    }

    /** The first process rotates the slot after the load of the second one has read it. */
    @Test
    void loadPutsNoMapBackThatAnotherProcessHasTakenOut() {
        AtomicBoolean isRotated = new AtomicBoolean();
        try (LoadTimeSlotsBpf first = loadLoadTimeSlots()) {
            int taken = Objects.requireNonNull(first.tenant().get(4)).id();
            try (WatchedThread thread = new WatchedThread()) {
                thread.run(
                        call -> {
                            if (call == SystemCall.PROG_LOAD && !isRotated.getAndSet(true)) {
                                discardDisplaced(first.tenant().rotate(4));
                            }
                            return null;
                        },
                        () -> assertThatThrownBy(this::loadLoadTimeSlots)
                                .asInstanceOf(BPF_EXCEPTION)
                                .onMap("tenant")
                                .hasMessageContaining("another object of this process owns the pin "));
            }
            assertThat(isRotated).isTrue();
            assertThat(Objects.requireNonNull(first.tenant().get(4)).id()).isNotEqualTo(taken);
            loadLoadTimeSlots().close();
        }
    }

    /** The owner counts the slots of each map, and would not notice the one that a load fills. */
    @Test
    void aLoadPutsAMapIntoASecondSlotOnlyWhileNobodyOwnsTheSlots() {
        loadSharedSlots().close();
        try (SharedSlotsBpf.TenantMap.Owned owner = SharedSlotsBpf.TENANT_MAP.openPinned(fs.path("tenant"))) {
            owner.discard(4);
            owner.create(7);
            discardDisplaced(owner.rotate(7)); // reads all slots
            assertThatThrownBy(this::loadSharedSlots)
                    .asInstanceOf(BPF_EXCEPTION)
                    .onMap("tenant")
                    .hasMessageContaining("another object of this process owns the pin ");
            assertThat(owner.keys()).containsExactlyInAnyOrder(0L, 7L);
            discardDisplaced(owner.rotate(0));
        }
        try (SharedSlotsBpf loaded = loadSharedSlots(); // it owns nothing any more
                SharedSlotsBpf.TenantMap.Owned next = SharedSlotsBpf.TENANT_MAP.openPinned(fs.path("tenant"))) {
            assertThat(loaded.tenant().keys()).contains(0L, 4L);
            assertThatThrownBy(() -> next.rotate(0))
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasMessageContaining("the inner map is in 2 slots");
            discardDisplaced(next.rotate(7));
        }
    }

    private SharedSlotsBpf loadSharedSlots() {
        return SharedSlotsBpf.open(BpfObjects.of("shared_slots")).pins(pins).load();
    }

    /** Programs of an earlier load use the pinned outer map, and may have counted in the inner maps already. */
    @Test
    void aLoadThatFailsLeavesTheInnerMapsInTheSlots() {
        try (ObjectSlotsBpf first = loadObjectSlots()) {
            first.tenant().discard(0);
        }
        assertThatThrownBy(() -> openObjectSlots()
                        .prepare(loaded -> {
                            count(loaded);
                            throw new IllegalStateException("after the slots are filled");
                        })
                        .load())
                .hasMessage("after the slots are filled");

        try (TenantMap.Owned tenants = ObjectSlotsBpf.TENANT_MAP.openPinned(fs.path("tenant"))) {
            assertThat(tenants.get(0, 1)).isEqualTo(new Flow(1, 1));
            assertThat(tenants.keys()).containsExactlyInAnyOrder(0L, 4L);
        }
    }

    private ObjectSlotsBpf loadObjectSlots() {
        return openObjectSlots().load();
    }

    private ObjectSlotsBpf.Open openObjectSlots() {
        return ObjectSlotsBpf.open(BpfObjects.of("object_slots")).pins(pins);
    }

    private LoadTimeSlotsBpf loadLoadTimeSlots() {
        return LoadTimeSlotsBpf.open(BpfObjects.of("load_time_slots"))
                .pins(pins)
                .load();
    }

    private static void count(ObjectSlotsBpf bpf) {
        bpf.program("count").testRun(new byte[64]);
    }
}
