/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.tests.sizes.Sized.Flow;
import dev.nestmap.tests.sizes.Sized.Total;
import dev.nestmap.tests.sizes.SizedBpf.Sizes;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Maps have the sizes that are given at load, both in the kernel and in memory. */
abstract class LoadTimeSizesContract {
    static final Sizes SIZES = new Sizes().tenant(3).flow(10).counter(6).total(7);

    abstract SizedBpf load(Sizes sizes);

    @Test
    void mapsHaveTheGivenSizes() {
        try (SizedBpf bpf = load(SIZES)) {
            assertThat(bpf.tenant().maxEntries()).isEqualTo(3);
            assertThat(bpf.tenant().create(1).maxEntries()).isEqualTo(10);
            assertThat(bpf.small().create(1).maxEntries()).isEqualTo(2);
            assertThat(bpf.shard().create(1).maxEntries()).isEqualTo(6);
            assertThat(bpf.total().maxEntries()).isEqualTo(7);
        }
    }

    @Test
    void mapsHoldAsManyEntriesAsTheGivenSizes() {
        try (SizedBpf bpf = load(SIZES)) {
            SizedBpf.FlowMap flows = bpf.tenant().create(1);
            flows.putAll(flows(10));
            assertThatThrownBy(() -> flows.put(new Flow(10, 1)))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("max_entries is 10");
            bpf.tenant().createAll(List.of(2L, 3L));
            assertThatThrownBy(() -> bpf.tenant().create(4))
                    .asInstanceOf(BPF_EXCEPTION)
                    .hasErrno(Errno.E2BIG);
            bpf.total().put(new Total(6, 1));
            assertThatThrownBy(() -> bpf.total().put(new Total(7, 1))).hasMessageContaining("0 to 6");
        }
    }

    @Test
    void eachLoadHasItsOwnSizes() {
        try (SizedBpf one = load(SIZES);
                SizedBpf other = load(SIZES.total(200).tenant(1))) {
            assertThat(one.total().maxEntries()).isEqualTo(7);
            assertThat(other.total().maxEntries()).isEqualTo(200);
            assertThat(other.tenant().maxEntries()).isEqualTo(1);
        }
    }

    @Test
    void sizesThatTheKernelRefusesThrow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SIZES.flow(0))
                .withMessage(
                        "max_entries of map flow_map is 0, the kernel accepts 1 to 134217728 for a BPF_MAP_TYPE_HASH");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SIZES.tenant(4_000_000_000L))
                .withMessage("max_entries of map tenant is 4000000000, the kernel accepts 1 to 134217728 for a"
                        + " BPF_MAP_TYPE_HASH_OF_MAPS");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SIZES.total(0))
                .withMessage(
                        "max_entries of map total is 0, the kernel accepts 1 to 4294967295 for a BPF_MAP_TYPE_ARRAY");
    }

    @Test
    void loadRejectsAMissingSize() {
        assertThatThrownBy(() -> load(new Sizes().flow(1).counter(1).total(1)).close())
                .isInstanceOf(BpfException.class)
                .hasMessage("creation of map tenant: its record states no maxEntries, and no size was given:"
                        + " set it on the Sizes object that load and inMemory take, which has a method for each such map;"
                        + " to create the map by itself, pass a Sizes object to the generated method with its name");
    }

    static List<Flow> flows(int count) {
        return LongStream.range(0, count).mapToObj(id -> new Flow(id, 0)).toList();
    }
}
