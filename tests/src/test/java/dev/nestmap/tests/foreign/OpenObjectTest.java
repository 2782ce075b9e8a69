/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Pages;
import dev.nestmap.tests.foreign.Limiter.Client;
import dev.nestmap.tests.foreign.Limiter.Policy;
import dev.nestmap.tests.foreign.Limiter.Rate;
import dev.nestmap.tests.foreign.Limiter.Rule;
import dev.nestmap.tests.foreign.Limiter.Seen;
import dev.nestmap.tests.foreign.LimiterBpf.Sizes;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.untyped.UntypedMap;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Callers can set sizes, constants and programs between the opening of an object and its load. */
@KernelTest
class OpenObjectTest {
    private static final Path OBJECT = BpfObjects.of("foreign_limiter");
    private static final Sizes SIZES = new Sizes().unit(16);

    private static LimiterBpf load(String... programs) {
        return LimiterBpf.open(OBJECT).sizes(SIZES).onlyPrograms(programs).load();
    }

    private static int run(LoadedObject object, String program) {
        return object.program(program).testRun(new byte[64]).returnValue();
    }

    @Test
    void placeholderSizesAreReplaced() {
        try (LimiterBpf bpf = LimiterBpf.open(OBJECT)
                .sizes(new Sizes().policies(4).policy(100).unit(2048).client(50))
                .onlyPrograms("limiter")
                .load()) {
            assertThat(bpf.policies().maxEntries()).isEqualTo(4);
            assertThat(bpf.unit().maxEntries()).isEqualTo(2048);
            assertThat(bpf.client().maxEntries()).isEqualTo(50);
            bpf.client().put(new Client(1, 1));
            bpf.client().put(new Client(2, 1));
            LimiterBpf.PolicyMap policy = bpf.policies().create(1);
            assertThat(policy.maxEntries()).isEqualTo(100);
            policy.put(new Policy(1, 32));
            policy.put(new Policy(2, 0));

            assertThat(run(bpf, "limiter")).as("entry and constant").isEqualTo(42);
        }
    }

    @Test
    void sizesThatAreNotSetComeFromTheObject() {
        try (LimiterBpf bpf = load()) {
            assertThat(bpf.policies().maxEntries()).isEqualTo(1);
            assertThat(bpf.policies().create(0).maxEntries()).isEqualTo(1);
            assertThat(bpf.unit().maxEntries()).isEqualTo(16);
        }
    }

    @Test
    void innerMapsThatTheObjectLacksComeFromTheRecords() {
        try (LimiterBpf bpf = load("restricted")) {
            LimiterBpf.RuleMap rules = bpf.unit().create(42);
            rules.put(new Rule(0, 17));

            assertThat(run(bpf, "restricted")).isEqualTo(17);
            assertThat(rules.maxEntries()).isEqualTo(128);
        }
    }

    @Test
    void ringBuffersHaveTheSizeThatLibbpfChooses() {
        try (LimiterBpf bpf = load()) {
            assertThat(bpf.rings().create(1).maxEntries())
                    .as("1000 in the object")
                    .isEqualTo(Pages.SIZE);
            assertThat(bpf.rings().keys()).containsExactly(1, 2);
        }
    }

    @Test
    void aMapInASlotKeepsItsSize() {
        try (LimiterBpf bpf = LimiterBpf.open(OBJECT)
                .sizes(SIZES.sample(2L * Pages.SIZE))
                .onlyPrograms()
                .load()) {
            assertThat(bpf.rings().create(1).maxEntries()).isEqualTo(2L * Pages.SIZE);
            assertThat(UntypedMap.of(bpf, "first_ring").maxEntries()).isEqualTo(Pages.SIZE);
        }
    }

    @Test
    void constantsOfRecordsAreSet() {
        try (LimiterBpf bpf = LimiterBpf.open(OBJECT)
                .sizes(SIZES)
                .rate(new Rate(1000))
                .onlyPrograms("limiter")
                .load()) {
            bpf.policies().create(0);
            assertThat(bpf.rate()).isEqualTo(new Rate(1000));
        }
        try (LimiterBpf bpf = load()) {
            assertThat(bpf.rate()).as("the object's own value").isEqualTo(new Rate(10));
        }
    }

    @Test
    void globalsAreSetByName() {
        try (LimiterBpf bpf = LimiterBpf.open(OBJECT)
                .sizes(SIZES)
                .global("verbose", 1)
                .global("offset", -3)
                .global("mode", 7)
                .global("limits.port", 443)
                .global("limits.high", 8080)
                .global("limits.name", new byte[] {'a', 'b', 0, 0, 0, 0, 0, 0})
                .global("ports", new byte[] {1, 0, 0, 0, 77, 0, 0, 0, 2, 0, 0, 0})
                .global("seen", 40)
                .onlyPrograms("constants")
                .load()) {
            assertThat(run(bpf, "constants")).isEqualTo(77);
            assertThat(bpf.seen().get()).as("the program adds one").isEqualTo(new Seen(41));
            bpf.seen().set(new Seen(-1));
            assertThat(bpf.seen().get()).isEqualTo(new Seen(-1));
            assertThat(bpf.rate()).as("the object's own value").isEqualTo(new Rate(10));
            assertThat(bpf.programs("xdp")).extracting(UntypedProgram::name).containsExactly("constants");
            assertThat(bpf.programs("tc")).isEmpty();
        }
    }

    @Test
    void wrongGlobalsAreRejected() {
        LimiterBpf.Open open = LimiterBpf.open(OBJECT);

        assertBpfException(() -> open.global("max_psp", 1), "only limits, max_pps, mode, offset, ports, seen, verbose")
                .isOf("search for global variable max_psp");
        assertBpfException(() -> open.global("limits.ports", 1), "has no field ports, only port, low, high, name");
        assertThrown(IllegalArgumentException.class, () -> open.global("offset", 128))
                .hasMessage("__s8 offset has values from -128 to 127, not 128");
        assertThrown(IllegalArgumentException.class, () -> open.global("verbose", 2), "has values from 0 to 1, not 2");
        assertThrown(IllegalArgumentException.class, () -> open.global("limits", 1), "can't be set to the number 1");
        assertThrown(
                IllegalArgumentException.class,
                () -> open.global("ports", new byte[4]),
                "has 12 bytes, the value has 4");
    }

    @Test
    void programsAreSelected() {
        LimiterBpf.Open open = LimiterBpf.open(OBJECT).sizes(SIZES);

        try (LimiterBpf bpf = open.withoutPrograms("refused", "extra").load()) {
            assertThat(bpf.programs())
                    .extracting(UntypedProgram::name)
                    .containsExactly("limiter", "constants", "restricted");
        }
        try (LimiterBpf bpf = open.onlyPrograms("on_request").load()) {
            assertThat(run(bpf, "on_request")).isEqualTo(99);
        }
        assertThatThrownBy(() -> open.onlyPrograms("limiter", "limitr"))
                .asInstanceOf(BPF_EXCEPTION)
                .isOf("selection of program limitr")
                .hasMessageContaining("only limiter, constants, restricted, extra, refused, on_request");
    }

    @Test
    void anUndeclaredOuterMapWithoutInnerMapsIsNotCreated() {
        try (LoadedObject object =
                Nestmap.open(OBJECT).onlyPrograms("constants").load()) {
            assertThat(object.programs()).hasSize(1);
        }
        assertThatThrownBy(() -> LimiterBpf.open(OBJECT)
                        .sizes(SIZES)
                        .withoutPrograms("refused")
                        .load()
                        .close())
                .isInstanceOf(BpfException.class)
                .hasMessageContainingAll("map extras", "program extra uses it", "withoutPrograms(\"extra\")");
    }
}
