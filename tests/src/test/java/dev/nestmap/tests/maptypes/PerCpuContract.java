/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.nestmap.schema.CountText;
import dev.nestmap.tests.maptypes.PerCpu.Hit;
import dev.nestmap.tests.maptypes.PerCpu.Last;
import dev.nestmap.tests.maptypes.PerCpu.PlainHit;
import dev.nestmap.tests.maptypes.PerCpu.PlainSlot;
import dev.nestmap.tests.maptypes.PerCpu.Slot;
import dev.nestmap.tests.toolchain.ObjectContract;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Accessors of per-CPU maps keep the value of each CPU, both in the kernel and in memory. */
abstract class PerCpuContract extends ObjectContract<PerCpuBpf> {

    @Test
    void keepsTheValueOfEachCpu() {
        List<Hit> hits = perCpu(cpu -> new Hit(7, cpu + 1, 100 - cpu));

        bpf.hitsBy().getOrCreate(1).put(hits);
        bpf.hitsAt().getOrCreate(1).put(hits);

        assertThat(bpf.hitsBy().get(1, 7)).isEqualTo(hits);
        assertThat(bpf.hitsAt().get(1, 7)).isEqualTo(hits);
        assertThat(bpf.hitsBy().get(1, 8)).isNull();
        assertThat(bpf.hitsBy().get(2, 7)).isNull();
        assertThat(bpf.hitsBy().getOrCreate(1)).containsExactly(hits);
    }

    /** Another machine may have more CPUs. */
    @Test
    void convertsTheBytesOfAnyNumberOfCpus() {
        List<Last> lasts = perCpu(cpu -> new Last(7, cpu + 1));
        bpf.lastsBy().getOrCreate(1).put(lasts);
        List<List<Last>> converted = new ArrayList<>();

        bpf.lastsBy().getOrCreate(1).forEachBytes((key, value) -> {
            ByteBuffer twice = ByteBuffer.allocate(2 * value.remaining())
                    .put(value.duplicate())
                    .put(value);
            converted.add(bpf.lastsAt().getOrCreate(1).fromBytes(key, twice.flip()));
        });

        List<Last> expected = new ArrayList<>(lasts);
        expected.addAll(lasts);
        assertThat(converted).containsExactly(expected);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> bpf.lastsBy().getOrCreate(1).fromBytes(ByteBuffer.allocate(4), ByteBuffer.allocate(9)));
    }

    @Test
    void reducesByAMethodOfTheRecord() {
        bpf.hitsBy().getOrCreate(1).put(perCpu(cpu -> new Hit(7, cpu + 1, 100 - cpu)));
        long sum = IntStream.rangeClosed(1, cpus()).sum();

        assertThat(bpf.hitsBy().getOrCreate(1).get(7L, Hit::combine)).isEqualTo(new Hit(7, sum, 100));
        assertThat(bpf.hitsBy().getOrCreate(1).get(8L, Hit::combine)).isNull();
    }

    @Test
    void reducesByTheRuleOfTheCaller() {
        bpf.lastsAt().getOrCreate(1).put(perCpu(cpu -> new Last(7, cpu + 1)));

        assertThat(bpf.lastsAt().getOrCreate(1).get(7L, (one, other) -> one.seen() > other.seen() ? one : other))
                .isEqualTo(new Last(7, cpus()));
    }

    /** A drained map is read like any other. */
    @Test
    void reducesEachEntryOfADrainedMap() {
        bpf.hitsBy().getOrCreate(1).put(perCpu(cpu -> new Hit(7, cpu + 1, 100 - cpu)));
        bpf.hitsBy().getOrCreate(1).put(perCpu(cpu -> new Hit(8, 1, 5)));
        List<Hit> combined = new ArrayList<>();

        assertThat(bpf.hitsBy().drain(1, drained -> drained.map().forEachCombined(Hit::combine, combined::add)))
                .isEqualTo(1);

        assertThat(combined)
                .containsExactlyInAnyOrder(
                        new Hit(7, IntStream.rangeClosed(1, cpus()).sum(), 100), new Hit(8, cpus(), 5));
    }

    @Test
    void replacesATableAsAWhole() {
        List<Hit> before = perCpu(cpu -> new Hit(7, 1, 1));
        List<Hit> after = perCpu(cpu -> new Hit(8, 2, 2));
        assertThat(bpf.hitsBy().replace(1, table -> table.put(before))).isFalse();
        assertThat(bpf.hitsBy().getOrCreate(1)).containsExactly(before);

        assertThatIllegalStateException()
                .isThrownBy(() -> bpf.hitsBy().replace(1, table -> {
                    throw new IllegalStateException("half filled");
                }));
        assertThat(bpf.hitsBy().getOrCreate(1)).containsExactly(before);

        for (int i = 0; i < 200; i++) { // a ticket that nobody ends would refuse a later change
            assertThat(bpf.hitsBy().replace(1, table -> table.put(after))).isTrue();
        }
        assertThat(bpf.hitsBy().getOrCreate(1)).containsExactly(after);
        assertThat(bpf.hitsBy().waitingCount()).isZero();
    }

    @Test
    void writesOneRecordForAllCpus() {
        bpf.plainHit().putForEachCpu(new PlainHit(7, 3));

        assertThat(bpf.plainHit().get(7)).isEqualTo(Collections.nCopies(cpus(), new PlainHit(7, 3)));
        assertThat(bpf.plainHit().get(7L, PlainHit::combine)).isEqualTo(new PlainHit(7, 3L * cpus()));
        assertThat(bpf.plainHit().remove(7)).isTrue();
        assertThat(bpf.plainHit().remove(7)).isFalse();
    }

    @Test
    void readsAndWritesTheValueOfOneCpu() {
        int last = cpus() - 1;
        bpf.plainSlot().put(perCpu(cpu -> new PlainSlot(2, cpu + 5)));
        bpf.plainSlot().put(new PlainSlot(2, 90), last);
        bpf.plainHit().put(new PlainHit(7, 3), last);

        assertThat(bpf.plainSlot().get(2, last)).isEqualTo(new PlainSlot(2, 90));
        assertThat(bpf.plainSlot().get(2)).isEqualTo(perCpu(cpu -> new PlainSlot(2, cpu == last ? 90 : cpu + 5)));
        assertThat(bpf.plainHit().get(7L, last)).isEqualTo(new PlainHit(7, 3));
        assertThat(bpf.plainHit().get(8L, last)).isNull();
        assertThat(bpf.plainHit().get(7)).isEqualTo(perCpu(cpu -> new PlainHit(7, cpu == last ? 3 : 0)));
        assertThrown(
                IllegalArgumentException.class, () -> bpf.plainHit().get(7L, cpus()), "this machine has the CPUs 0");
        assertThrown(IllegalArgumentException.class, () -> bpf.plainHit().put(new PlainHit(7, 3), -1));
        assertBpfException(() -> bpf.plainSlot().put(new PlainSlot(4, 1), 0));
    }

    /** The kernel reuses the memory of a removed entry. */
    @Test
    void aNewEntryHasNoValuesOfARemovedOne() {
        for (int id = 0; id < 4; id++) {
            bpf.plainHit().putForEachCpu(new PlainHit(id, 9));
            bpf.plainHit().remove(id);
            bpf.plainHit().put(new PlainHit(id, 3), 0);
            long key = id;
            assertThat(bpf.plainHit().get(id)).isEqualTo(perCpu(cpu -> new PlainHit(key, cpu == 0 ? 3 : 0)));
        }
    }

    @Test
    void arraysHaveAllEntriesFromTheStart() {
        assertThat(bpf.slotsBy().getOrCreate(1).get(3, Slot::combine)).isEqualTo(new Slot(3, 0));
        assertThat(bpf.slotsAt().getOrCreate(1)).hasSize(4);
        assertThat(bpf.plainSlot().get(4)).isNull();

        bpf.plainSlot().put(perCpu(cpu -> new PlainSlot(2, cpu + 5)));
        assertThat(bpf.plainSlot().get(2)).isEqualTo(perCpu(cpu -> new PlainSlot(2, cpu + 5)));
        bpf.plainSlot().clear();
        assertThat(bpf.plainSlot().get(2)).isEqualTo(perCpu(cpu -> new PlainSlot(2, 0)));
        assertBpfException(() -> bpf.plainSlot().putForEachCpu(new PlainSlot(4, 1)), "the indices 0 to 3");
    }

    @Test
    void iteratesMoreEntriesThanOneBatchHolds() {
        PerCpuBpf.HitMap hits = bpf.hitsBy().getOrCreate(1);
        for (int id = 0; id < 64; id++) {
            hits.putForEachCpu(new Hit(id, id, 0));
        }

        assertThat(hits).hasSize(64).allMatch(entry -> entry.size() == cpus());
        assertThat(hits.count()).isEqualTo(64);
        assertBpfException(() -> hits.putForEachCpu(new Hit(64, 1, 1))).hasMessageContaining("full");
        hits.clear();
        assertThat(hits).isEmpty();
    }

    @Test
    void writesDrainsAndRemovesManyAtOnce() {
        List<List<PlainHit>> hits = IntStream.range(0, 4)
                .mapToObj(id -> perCpu(cpu -> new PlainHit(id, 10L * id + cpu)))
                .toList();
        bpf.plainHit().putAll(hits);

        assertThat(bpf.plainHit()).containsExactlyInAnyOrderElementsOf(hits);
        assertThat(bpf.plainHit().getAndRemove(1)).isEqualTo(hits.get(1));
        assertThat(bpf.plainHit().removeAll(List.of(1L, 2L))).containsExactly(2L);
        List<List<PlainHit>> drained = new ArrayList<>();
        assertThat(bpf.plainHit().getAndRemoveAll(drained::add)).isEqualTo(2);
        assertThat(drained).containsExactlyInAnyOrder(hits.get(0), hits.get(3));
        bpf.plainSlot().putAll(List.of(perCpu(cpu -> new PlainSlot(2, cpu)), perCpu(cpu -> new PlainSlot(0, 1))));
        assertThat(bpf.plainSlot().get(2)).isEqualTo(perCpu(cpu -> new PlainSlot(2, cpu)));
    }

    @Test
    void rejectsEntriesThatDoNotMatchTheCpus() {
        List<PlainHit> tooMany = new ArrayList<>(Collections.nCopies(cpus() + 1, new PlainHit(1, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bpf.plainHit().put(tooMany))
                .withMessageContaining(CountText.of(cpus(), "possible CPU") + ", but " + (cpus() + 1));
        List<PlainHit> twoKeys = new ArrayList<>(Collections.nCopies(cpus(), new PlainHit(1, 1)));
        if (cpus() > 1) {
            twoKeys.set(1, new PlainHit(2, 1));
            assertThrown(IllegalArgumentException.class, () -> bpf.plainHit().put(twoKeys), "have the keys 1 and 2");
        }
        assertThat(bpf.plainHit()).isEmpty();
    }

    int cpus() {
        return Objects.requireNonNull(bpf.plainSlot().get(0)).size();
    }

    final <E> List<E> perCpu(java.util.function.IntFunction<E> record) {
        return IntStream.range(0, cpus()).mapToObj(record).toList();
    }
}
