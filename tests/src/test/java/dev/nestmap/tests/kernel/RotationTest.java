/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.kernel.NestedMaps.HashOfSlots;
import dev.nestmap.tests.kernel.NestedMapsBpf.HashedMap;
import dev.nestmap.tests.kernel.NestedMapsBpf.SlotMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rotation of inner maps under programs that count loses no count, and none appears twice. */
@KernelTest
@Timeout(120)
@Tag("both-jdks")
class RotationTest {
    private static final int THREADS = 3;
    private static final int REPEAT = 10_000;
    private static final HashOfSlots SLOTS = new HashOfSlots(1, 7);

    /**
     * Maps that must keep every count, as bits in the order that the program returns. LRU maps are left out: they may
     * evict entries at any time.
     */
    private static final int EXACT_MAPS = 0b101101;

    private final Set<Integer> ids = new HashSet<>();
    private long drained;
    private int rotations;

    @Test
    void losesNothingUnderLoad() throws Exception {
        try (NestedMapsBpf bpf = NestedMapsBpf.load(BpfObjects.of("nested_maps"));
                BusyThreads threads = new BusyThreads()) {
            bpf.hashOfHashes().create(1);
            bpf.hashOfSlots().create(SLOTS);
            bpf.arrayOfHashes().create(1);
            bpf.arrayOfSlots().create(1);
            for (int i = 0; i < THREADS; i++) {
                int inner = i % 2;
                threads.start(() -> load(bpf.program("count"), inner, threads));
            }
            while (threads.goesOn(drained > 0)) {
                rotateAll(bpf);
            }
            long drainedUnderLoad = drained;
            long updates = threads.end() * Integer.bitCount(EXACT_MAPS);
            rotateAll(bpf);
            System.out.println(updates + " updates by " + THREADS + " threads, " + drainedUnderLoad
                    + " of them drained under load, " + rotations + " rotations with " + ids.size()
                    + " maps, difference " + (updates - drained));

            assertThat(drained).isEqualTo(updates);
            assertThat(ids).as("two for each outer map with hashes come back").hasSize(4);
        }
    }

    /** Runs the program until the flag is set, and returns how often it ran. */
    private static long load(UntypedProgram count, int inner, BusyThreads threads) {
        TestRun.Input request =
                TestRun.Input.packet(NativeBytes.packet(1, inner)).withRepeat(REPEAT);
        long runs = 0;
        while (!threads.isOver()) {
            assertThat(count.testRun(request).returnValue()).isEqualTo(EXACT_MAPS);
            runs += REPEAT;
        }
        return runs;
    }

    private void rotateAll(NestedMapsBpf bpf) {
        drain(bpf.hashOfHashes().rotate(1));
        drainSlots(bpf.hashOfSlots().rotate(SLOTS));
        drain(bpf.arrayOfHashes().rotate(1));
        drainSlots(bpf.arrayOfSlots().rotate(1));
    }

    private void drain(@Nullable Displaced<?, HashedMap> displaced) {
        assertThat(displaced).isNotNull();
        displaced.map().forEach(entry -> drained += entry.count());
        ids.add(displaced.map().id());
        displaced.acknowledge();
        rotations++;
    }

    private void drainSlots(@Nullable Displaced<?, SlotMap> displaced) {
        assertThat(displaced).isNotNull();
        displaced.map().forEach(entry -> drained += entry.count());
        displaced.acknowledge();
        rotations++;
    }
}
