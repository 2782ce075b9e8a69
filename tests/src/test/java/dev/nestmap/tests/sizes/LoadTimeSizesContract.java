/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.tests.sizes.Sized.Flow;
import dev.nestmap.tests.sizes.Sized.Total;
import dev.nestmap.tests.sizes.SizedBpf.Sizes;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Maps have the sizes that are given at load, both in the kernel and in memory. */
abstract class LoadTimeSizesContract {
    static final Sizes SIZES = new Sizes().tenant(3).flow(10).counter(6).total(7);

    @AutoClose
    final SizedBpf bpf = load(SIZES);

    abstract SizedBpf load(Sizes sizes);

    @Test
    void mapsHaveTheGivenSizes() {
        assertThat(bpf.tenant().maxEntries()).isEqualTo(3);
        assertThat(bpf.tenant().create(1).maxEntries()).isEqualTo(10);
        assertThat(bpf.small().create(1).maxEntries()).isEqualTo(2);
        assertThat(bpf.shard().create(1).maxEntries()).isEqualTo(6);
        assertThat(bpf.total().maxEntries()).isEqualTo(7);
    }

    @Test
    void mapsHoldAsManyEntriesAsTheGivenSizes() {
        SizedBpf.FlowMap flows = bpf.tenant().create(1);
        flows.putAll(flows(10));
        assertBpfException(() -> flows.put(new Flow(10, 1)), "max_entries is 10");
        bpf.tenant().createAll(List.of(2L, 3L));
        assertBpfException(() -> bpf.tenant().create(4)).hasErrno(Errno.E2BIG);
        bpf.total().put(new Total(6, 1));
        assertThatThrownBy(() -> bpf.total().put(new Total(7, 1))).hasMessageContaining("0 to 6");
    }

    @Test
    void eachLoadHasItsOwnSizes() {
        try (SizedBpf other = load(SIZES.total(200).tenant(1))) {
            assertThat(bpf.total().maxEntries()).isEqualTo(7);
            assertThat(other.total().maxEntries()).isEqualTo(200);
            assertThat(other.tenant().maxEntries()).isEqualTo(1);
        }
    }

    @Test
    void sizesThatTheKernelRefusesThrow() {
        assertThrown(IllegalArgumentException.class, () -> SIZES.flow(0))
                .hasMessage(
                        "max_entries of map flow_map is 0, the kernel accepts 1 to 134217728 for a BPF_MAP_TYPE_HASH");
        assertThrown(IllegalArgumentException.class, () -> SIZES.tenant(4_000_000_000L))
                .hasMessage("max_entries of map tenant is 4000000000, the kernel accepts 1 to 134217728 for a"
                        + " BPF_MAP_TYPE_HASH_OF_MAPS");
        assertThrown(IllegalArgumentException.class, () -> SIZES.total(0))
                .hasMessage(
                        "max_entries of map total is 0, the kernel accepts 1 to 4294967295 for a BPF_MAP_TYPE_ARRAY");
    }

    @Test
    void loadRejectsAMissingSize() {
        assertBpfException(() -> load(new Sizes().flow(1).counter(1).total(1)).close())
                .hasMessage(
                        "creation of map tenant: its record states no maxEntries, and no size was given: pass a Sizes object to load or "
                                + "inMemory. It has a method for each such map. To create only this map, pass a Sizes object to the generated method with its name");
    }

    static List<Flow> flows(int count) {
        return LongStream.range(0, count).mapToObj(id -> new Flow(id, 0)).toList();
    }
}
