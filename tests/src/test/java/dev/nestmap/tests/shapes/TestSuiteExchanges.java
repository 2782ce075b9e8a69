/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.tests.shapes.KernelSelftests.Counter;
import dev.nestmap.tests.shapes.KernelSelftests.Locked;
import dev.nestmap.tests.shapes.KernelSelftests.Recent;
import dev.nestmap.tests.shapes.KernelSelftests.Resized;
import dev.nestmap.tests.shapes.KernelSelftests.Seen;
import dev.nestmap.tests.shapes.KernelSelftests.Timed;
import java.nio.file.Path;
import java.util.Objects;

/** What the test suites of the kernel and of other libraries exchange with their programs. */
final class TestSuiteExchanges {
    private TestSuiteExchanges() {}

    static void selftests(Path object) {
        KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
        try (KernelSelftestsBpf bpf = KernelSelftestsBpf.load(object)) {
            bpf.filters().create(0).add(new Seen(4_000_000_000L));
            bpf.sockets().create(0);
            bpf.recents().create(0);
            bpf.resizedAt().create(2, 5);
            bpf.resizedAt().getOrCreate(2).put(new Resized(4, -1));
            bpf.counters().create(7).putForEachCpu(new Counter(1, 2));
            bpf.timedAt().create(1).put(new Timed(0, -7));
            bpf.lockedAt().create(1).put(new Locked(0, 41));
            bpf.storedAt().create(0);

            Shape.run(bpf);
            Shape.run(bpf.program("exchange_stored"));

            assertThat(bpf.filters().getOrCreate(0).mightContain(new Seen(5))).isTrue();
            assertThat(bpf.recents().get(0, 4_000_000_000L)).isEqualTo(new Recent(4_000_000_000L, -1));
            assertThat(bpf.resizedAt().get(2, 4)).isEqualTo(new Resized(4, Integer.MIN_VALUE));
            assertThat(bpf.counters().get(7, 1)).contains(new Counter(1, 5));
            assertThat(bpf.timedAt().get(1, 0)).isEqualTo(new Timed(0, 7));
            assertThat(bpf.lockedAt().get(1, 0)).isEqualTo(new Locked(0, 42));
        }
    }

    static void loader(Path object) {
        try (LoaderInputsBpf bpf = LoaderInputsBpf.load(object)) {
            bpf.innerMap().put(new LoaderInputs.Entry(4_000_000_000L, -1));

            Shape.run(bpf);

            assertThat(bpf.outerMapOfTwo().get(1, 4_000_000_000L))
                    .isEqualTo(new LoaderInputs.Entry(4_000_000_000L, -2));
        }
    }

    static void generics(Path object) {
        try (GenericMapsBpf bpf = GenericMapsBpf.load(object)) {
            bpf.arrayOfMaps().create(3).put(new GenericMaps.Item(9, 4_000_000_000L));
            bpf.hashOfMaps().create(4_000_000_000L).put(new GenericMaps.Item(0, 2));

            Shape.run(bpf);

            assertThat(bpf.arrayOfMaps().get(3, 9)).isEqualTo(new GenericMaps.Item(9, 1));
            assertThat(Objects.requireNonNull(bpf.hashOfMaps().get(4_000_000_000L, 0))
                            .value())
                    .isEqualTo(0xffff_ffffL);
        }
    }
}
