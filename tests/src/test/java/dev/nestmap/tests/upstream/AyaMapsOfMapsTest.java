/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.upstream.AyaMapsOfMaps.Count;
import dev.nestmap.tests.upstream.AyaMapsOfMaps.Event;
import dev.nestmap.tests.upstream.AyaMapsOfMaps.Item;
import dev.nestmap.tests.upstream.AyaMapsOfMapsBpf.ItemMap;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The features that aya's pull request 1564 lists, item by item. */
@KernelTest
class AyaMapsOfMapsTest extends PinningTest {
    /** A file that is always open. */
    private static final int STANDARD_INPUT = 0;

    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void programsReadAndWriteThroughBothLevels(InstalledClang clang) {
        try (AyaMapsOfMapsBpf bpf = AyaMapsOfMapsBpf.open(BpfObjects.of("aya_maps_of_maps", clang))
                .pins(pins)
                .load()) {
            bpf.arrayOfMaps().create(1).put(new Item(9, 40));
            bpf.hashOfMaps().create(2);
            bpf.events().create(3);
            bpf.counts().create(5);
            bpf.perfs().create(1);

            assertThat(bpf.program("first").testRun(new byte[64]).returnValue())
                    .as("return value of the program that is the target of the jump")
                    .isEqualTo(42);

            assertThat(bpf.hashOfMaps().get(2, 9)).isEqualTo(new Item(9, 41));
            assertThat(bpf.counts().get(5, 6)).isEqualTo(new Count(6, 7));
            assertThat(Objects.requireNonNull(bpf.events().get(3)).poll()).isEqualTo(new Event(77));
        }
    }

    @Test
    void innerMapsAreCreatedOnFirstUse() {
        try (AyaMapsOfMapsBpf bpf = load()) {
            assertThat(bpf.arrayOfMaps().get(0)).isNull();

            ItemMap created = bpf.arrayOfMaps().getOrCreate(0);

            assertThat(bpf.arrayOfMaps().getOrCreate(0).id()).isEqualTo(created.id());
        }
    }

    @Test
    void innerMapsAreCreatedFirstAndInsertedLater() {
        try (AyaMapsOfMapsBpf bpf = load();
                ItemMap.Owned filled = bpf.hashOfMaps().detached()) {
            filled.put(new Item(3, 4));
            discardDisplaced(bpf.hashOfMaps().swap(7, filled));

            assertThat(bpf.hashOfMaps().get(7, 3)).isEqualTo(new Item(3, 4));
            assertThat(bpf.hashOfMaps().discard(7)).isTrue();
            assertThat(bpf.hashOfMaps().get(7, 3)).isNull();
        }
    }

    @Test
    void aProgramArrayHoldsPrograms() {
        try (AyaMapsOfMapsBpf bpf = load()) {
            bpf.jump().put(0, bpf.program("second"));

            assertThat(bpf.jump().programId(0)).isEqualTo(bpf.program("second").id());
        }
    }

    @Test
    void aPerfEventArrayTakesNoOtherFiles() {
        try (AyaMapsOfMapsBpf bpf = load()) {
            bpf.perfs().create(3);

            for (int fd : new int[] {-1, STANDARD_INPUT}) {
                assertThatThrownBy(
                                () -> Objects.requireNonNull(bpf.perfs().get(3)).put(0, fd))
                        .isInstanceOfSatisfying(
                                BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF))
                        .hasMessageContaining("perf");
            }
            Objects.requireNonNull(bpf.perfs().rotate(3)).acknowledge();
        }
    }

    @Test
    void pinnedMapsAreReusedByNameAndCreatedIfMissing() throws IOException {
        int outer;
        int inner;
        try (AyaMapsOfMapsBpf bpf = load()) {
            bpf.counts().create(5).put(new Count(1, 2));
            outer = bpf.counts().id();
            inner = Objects.requireNonNull(bpf.counts().get(5)).id();
        }
        assertThat(fs.content()).contains("nestmap-seeds/counts", "nestmap-seeds/counts-inner/5");

        try (AyaMapsOfMapsBpf again = load()) {
            assertThat(again.counts().id()).isEqualTo(outer);
            assertThat(again.counts().getOrCreate(5).id())
                    .as("the existing inner map")
                    .isEqualTo(inner);
            assertThat(again.counts().get(5, 1)).isEqualTo(new Count(1, 2));
            assertThat(again.counts().getOrCreate(6).id()).as("a new inner map").isNotEqualTo(inner);
        }
    }

    private AyaMapsOfMapsBpf load() {
        return AyaMapsOfMapsBpf.open(BpfObjects.of("aya_maps_of_maps"))
                .pins(pins)
                .load();
    }
}
