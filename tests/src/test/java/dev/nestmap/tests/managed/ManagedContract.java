/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.tests.managed.Managed.Counted;
import dev.nestmap.tests.managed.Managed.Gate;
import dev.nestmap.tests.managed.Managed.Job;
import dev.nestmap.tests.managed.Managed.Locked;
import dev.nestmap.tests.managed.Managed.Session;
import dev.nestmap.tests.managed.Managed.Words;
import dev.nestmap.tests.managed.ManagedBpf.CountedMap;
import dev.nestmap.tests.managed.ManagedBpf.LockedMap;
import dev.nestmap.tests.managed.ManagedBpf.SessionMap;
import dev.nestmap.tests.toolchain.ObjectContract;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Maps whose values have fields that the kernel manages keep these fields, both in the kernel and in memory. */
abstract class ManagedContract extends ObjectContract<ManagedBpf> {
    @Test
    void getReturnsTheEntryThatWasPut() {
        CountedMap counted = bpf.countedBy().create(1);
        counted.put(new Counted(7, 1, 2));
        counted.put(new Counted(7, 3, 4));
        counted.put(new Counted(8, 5, 6));

        assertThat(counted.get(7)).isEqualTo(new Counted(7, 3, 4));
        assertThat(counted).containsExactlyInAnyOrder(new Counted(7, 3, 4), new Counted(8, 5, 6));
        assertThat(counted.contains(8)).isTrue();
        assertThat(counted.get(9)).isNull();
        assertThat(counted.remove(8)).isTrue();
        assertThat(counted.count()).isEqualTo(1);
    }

    @Test
    void updateModesWorkUnderTheLock() {
        CountedMap counted = bpf.countedBy().create(1);

        assertThat(counted.replace(new Counted(7, 1, 2))).isFalse();
        assertThat(counted.putIfAbsent(new Counted(7, 1, 2))).isTrue();
        assertThat(counted.putIfAbsent(new Counted(7, 3, 4))).isFalse();
        assertThat(counted.replace(new Counted(7, 5, 6))).isTrue();
        assertThat(counted.get(7)).isEqualTo(new Counted(7, 5, 6));
        counted.clear();
        assertThat(counted).isEmpty();
    }

    @Test
    void batchesWorkUnderTheLock() {
        CountedMap counted = bpf.countedBy().create(1);
        counted.putAll(List.of(new Counted(7, 1, 2), new Counted(8, 3, 4), new Counted(9, 5, 6)));

        assertThat(counted.getAndRemove(7)).isEqualTo(new Counted(7, 1, 2));
        assertThat(counted.getAndRemove(7)).isNull();
        assertThat(counted.removeAll(List.of(7L, 8L))).containsExactly(8L);
        List<Counted> drained = new ArrayList<>();
        assertThat(counted.getAndRemoveAll(drained::add)).isEqualTo(1);
        assertThat(drained).containsExactly(new Counted(9, 5, 6));
        assertThat(counted).isEmpty();
    }

    @Test
    void arraysAreReadWrittenAndCleared() {
        LockedMap locked = bpf.lockedAt().create(1);
        Words words = new Words(1, 2, 3, 4, 5, 6, 7, -8);
        locked.put(new Locked(2, words));

        Words none = Words.all(0);
        assertThat(locked.get(2)).isEqualTo(new Locked(2, words));
        assertThat(locked)
                .containsExactly(new Locked(0, none), new Locked(1, none), new Locked(2, words), new Locked(3, none));
        locked.clear();
        assertThat(locked.get(2)).isEqualTo(new Locked(2, none));
    }

    @Test
    void aValueThatIsOnlyALockIsAnEntry() {
        bpf.gate().put(new Gate(1));

        assertThat(bpf.gate().get(1)).isEqualTo(new Gate(1));
        assertThat(bpf.gate().count()).isEqualTo(4);
    }

    @Test
    void severalManagedFieldsKeepTheComponents() {
        bpf.job().put(new Job(1, 0xffff_ffffL, -1));

        assertThat(bpf.job().get(1)).isEqualTo(new Job(1, 0xffff_ffffL, -1));
        assertThat(bpf.job()).containsExactly(new Job(1, 0xffff_ffffL, -1));
    }

    @Test
    void innerMapsAreCreatedRotatedAndReplaced() {
        bpf.countedBy().create(1).put(new Counted(7, 1, 2));
        assertThat(drained(bpf.countedBy().rotate(1))).containsExactly(new Counted(7, 1, 2));
        assertThat(bpf.countedBy().get(1, 7)).isNull();

        bpf.countedBy().replace(2, fresh -> fresh.put(new Counted(9, 3, 4)));
        assertThat(bpf.countedBy().get(2, 9)).isEqualTo(new Counted(9, 3, 4));
        assertThat(drained(bpf.countedBy().take(2))).containsExactly(new Counted(9, 3, 4));
        SessionMap sessions = bpf.sessionBy().create(1, map -> map.put(new Session(7, 5)));
        assertThat(sessions.get(7)).isEqualTo(new Session(7, 5));
    }

    /** Callbacks of a timer may count in a map after it has left its slot. */
    @Test
    void mapsWithTimersAreDrainedOnlyUnchecked() {
        bpf.sessionBy().create(1, map -> map.put(new Session(7, 5)));

        for (Callable<?> drain : List.<Callable<?>>of(
                () -> bpf.sessionBy().rotate(1),
                () -> bpf.sessionBy().take(1),
                () -> bpf.sessionBy().drain(1, displaced -> {}))) {
            assertBpfException(drain::call, "the inner maps have timers, work queues or task work", "unchecked()");
        }
        assertThat(bpf.sessionBy().get(1, 7)).isEqualTo(new Session(7, 5));

        List<Session> drained = new ArrayList<>();
        assertThat(bpf.sessionBy().expert().unchecked().drainAll(displaced -> {
                    assertThat(displaced.doubts()).containsExactlyInAnyOrder(Doubt.UNCHECKED, Doubt.CALLBACKS);
                    displaced.map().forEach(drained::add);
                }))
                .isEqualTo(1);
        assertThat(drained).containsExactly(new Session(7, 5));
    }
}
