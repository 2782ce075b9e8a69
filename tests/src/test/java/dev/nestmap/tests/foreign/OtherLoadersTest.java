/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Nestmap loads objects that other loaders accept, and libbpf without help does not, or explains what is missing. */
@KernelTest
class OtherLoadersTest {
    private static final Path OBJECT = BpfObjects.of("foreign_tracer");
    private static final int WITHOUT_FRAME = 7;
    private static final int WITHOUT_TAIL = 8;
    private static final int TAIL = 42;

    private static int run(LoadedObject object) {
        return object.program("hidden_entry").testRun(new byte[64]).returnValue();
    }

    private static void putFrame(LoadedObject object) {
        ByteString one = ByteString.of(new byte[] {1, 0, 0, 0});
        byte[] frame = new byte[14];
        frame[12] = 1;
        UntypedMap.of(object, "frames").put(new UntypedMap.Entry(one, ByteString.of(frame)));
    }

    @Test
    void staticProgramsAreLoaded() {
        try (LoadedObject object = Nestmap.open(OBJECT).load()) {
            assertThat(run(object)).isEqualTo(WITHOUT_FRAME);
            putFrame(object);

            assertThat(run(object)).as("the program in slot 1").isEqualTo(TAIL);
            assertThat(UntypedMap.of(object, "tails").count())
                    .as("a slot whose program is in SEC(\"?xdp\") is empty")
                    .isEqualTo(1);
        }
    }

    @Test
    void slotsOfProgramsThatAreLeftOutAreEmpty() {
        try (LoadedObject object = Nestmap.open(OBJECT).withoutPrograms("tail").load()) {
            putFrame(object);

            assertThat(run(object)).isEqualTo(WITHOUT_TAIL);
            assertThat(object.programs()).extracting(UntypedProgram::name).containsExactly("hidden_entry");
        }
        try (LoadedObject object = Nestmap.open(OBJECT).onlyPrograms().load()) {
            assertThat(UntypedMap.of(object, "tails").count()).isZero();
        }
    }

    @Test
    void missingSizesAndInnerMapsAreExplained() {
        Path limiter = BpfObjects.of("foreign_limiter");
        assertBpfException(
                () -> Nestmap.open(BpfObjects.of("foreign_tracer", "-DUNSIZED"))
                        .onlyPrograms()
                        .load(),
                "map by_process: max_entries is 0 in the object");
        try (LoadedObject object = Nestmap.open(limiter).onlyPrograms().load()) {
            assertBpfException(() -> UntypedMap.of(object, "extras"), "does not define the inner maps");
        }
    }

    @Test
    void perfEventArraysNeedNoSizes() {
        try (LoadedObject object = Nestmap.open(OBJECT).onlyPrograms().load()) {
            UntypedMap events = UntypedMap.of(object, "events");
            assertThat(events.keySize()).isEqualTo(4);
            assertThat(events.valueSize()).isEqualTo(4);
            assertThat(events.maxEntries()).isPositive();
            assertThat(UntypedMap.of(object, "buffers").count()).isZero();
        }
    }

    @Test
    void ringBuffersMayStateTheTypeOfTheirEvents() {
        try (LoadedObject object = Nestmap.open(OBJECT).onlyPrograms().load()) {
            UntypedMap events = UntypedMap.of(object, "typed_events");
            assertThat(events.maxEntries()).isEqualTo(Math.max(4096, Pages.SIZE)); // libbpf enlarges it
            assertThat(events.valueSize()).isZero();
            assertThat(UntypedMap.of(object, "typed_rings").count()).isEqualTo(1);
        }
    }
}
