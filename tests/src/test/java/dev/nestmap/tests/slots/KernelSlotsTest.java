/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.tests.slots.Slotted.Flow;
import dev.nestmap.tests.slots.Slotted.Limit;
import dev.nestmap.tests.slots.Slotted.Tier;
import dev.nestmap.tests.slots.SlottedBpf.FlowMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Programs find each map in its slots. */
@KernelTest
class KernelSlotsTest extends SlotsContract {
    @Override
    protected SlottedBpf open() {
        return SlottedBpf.load(BpfObjects.of("slotted"));
    }

    @InstalledClang.Each
    void programsFindEachMapInItsSlots(InstalledClang clang) {
        try (SlottedBpf counting = SlottedBpf.load(BpfObjects.of("slotted", clang))) {
            fill(counting);
            counting.gold().put(new Limit(1, 10));
            counting.silverOne().put(new Limit(1, 100));

            assertThat(counting.program("count").testRun(new byte[64]).returnValue())
                    .isEqualTo(320);

            assertThat(counting.spill()).containsExactly(new Flow(7, 1));
            assertThat(counting.hashedTier().get(Tier.PaidMonthly)).containsExactly(new Flow(5, 1));
        }
    }

    @Test
    void clearsMapsAtKeysThatCanNotBeDecoded() {
        FlowMap flows = Objects.requireNonNull(bpf.hashedTier().get(Tier.FREE));
        bpf.hashedTier().discard(Tier.PaidMonthly); // the map has room for two keys
        RawSlots.put(bpf.hashedTier().id(), new byte[] {99, 99, 99, 99}, flows.id());
        assertBpfException(() -> bpf.hashedTier().keys(), "the key's bytes 63636363 can't be decoded");

        bpf.hashedTier().discardAll();
        assertThat(bpf.hashedTier().count()).isZero();
    }

    /** Its counts wait, and can be read as bytes. */
    @Test
    void aMapAtAKeyThatCanNotBeDecodedFailsAlone() {
        bpf.hashedTier().discardAll(); // the map has room for two keys
        bpf.hashedTier().create(Tier.FREE).put(new Flow(1, 10));
        FlowMap odd = bpf.byTier().create(Tier.FREE);
        odd.put(new Flow(2, 20));
        RawSlots.put(bpf.hashedTier().id(), new byte[] {99, 99, 99, 99}, odd.id());
        bpf.byTier().discard(Tier.FREE);
        List<Flow> stored = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertThrown(
                    DrainException.class,
                    () -> bpf.hashedTier().drainAll(displaced -> {
                        assertThat(displaced.key()).isNotNull();
                        displaced.map().forEach(stored::add);
                    }),
                    "the key's bytes 63636363 can't be decoded");
        }
        assertThat(stored).containsExactly(new Flow(1, 10));

        bpf.hashedTier().drainWaiting(displaced -> {
            assertThat(displaced.identity().outerKey().toString()).isEqualTo("63636363");
            displaced.map().forEach(stored::add);
        });
        assertThat(stored).containsExactly(new Flow(1, 10), new Flow(2, 20));
    }
}
