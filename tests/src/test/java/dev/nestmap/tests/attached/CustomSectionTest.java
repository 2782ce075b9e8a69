/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelOption;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A program in a section that libbpf does not know gets the type of another section in Java. */
@KernelTest
@Timeout(60)
@ExtendWith(NetworkNamespace.class)
class CustomSectionTest {
    private static final int TIMES = 5;
    private static final int TC_ACT_OK = 0;
    private static final String SECTION = "from-container";

    @Test
    void anAnnotationGivesAProgramItsType() {
        try (Datagrams datagrams = Datagrams.open();
                ContainerHitsBpf bpf = ContainerHitsBpf.load(HitCounter.compile(SECTION, TC_ACT_OK))) {
            assertThat(bpf.countHit().section()).isEqualTo("tc");
            bpf.countHit().attach(Tc.ingress("lo"));
            datagrams.fire(TIMES);

            assertThat(Objects.requireNonNull(bpf.hit().get(0)).count()).isEqualTo(TIMES);
        }
    }

    @Test
    void theBuilderGivesAProgramItsAttachType() {
        KernelAssumptions.assume(KernelFeature.TCX);
        try (Datagrams datagrams = Datagrams.open();
                HitCounter counter = loadAs(SECTION, "tcx/ingress")) {
            UntypedProgram program = counter.program();
            assertBpfException(() -> program.attach(Tcx.egress("lo")), "is for the other direction");
            program.attach(Tcx.ingress("lo"));
            datagrams.fire(TIMES);

            assertThat(counter.count()).isEqualTo(TIMES);
        }
    }

    @Test
    void theBuilderOverridesTheAnnotation() {
        try (Datagrams datagrams = Datagrams.open();
                ContainerHitsBpf bpf = ContainerHitsBpf.open(HitCounter.compile(SECTION, 2))
                        .loadAs("count_hit", "xdp")
                        .load()) {
            bpf.program("count_hit").attach(Xdp.on("lo").withMode(Xdp.Mode.GENERIC));
            datagrams.fire(TIMES);

            assertThat(Objects.requireNonNull(bpf.hit().get(0)).count()).isEqualTo(TIMES);
        }
    }

    @Test
    void aKnownSectionCanBeLoadedAsAnother() {
        try (Datagrams datagrams = Datagrams.open();
                HitCounter counter = loadAs("xdp", "tc")) {
            counter.program().attach(Tc.egress("lo"));
            datagrams.fire(TIMES);

            assertThat(counter.count()).isEqualTo(TIMES);
        }
    }

    @Test
    void aProgramGetsItsTarget() throws Throwable {
        KernelOption.FENTRY.assume();
        Opens opens = new Opens();
        try (HitCounter counter = loadAs("on-file-open", "fentry/security_file_open")) {
            counter.program().attach();
            opens.fire(TIMES);

            assertThat(counter.count()).isGreaterThanOrEqualTo(TIMES);
        }
    }

    @Test
    void aTargetThatDoesNotExistIsReported() {
        assertBpfException(() -> loadAs("on-file-open", "fentry/no_such_function"), "hook or iterator with the name")
                .hasErrno(Errno.ESRCH);
    }

    @Test
    void aProgramWithoutATypeIsNamed() {
        assertBpfException(() -> HitCounter.load("xpd", 2))
                .hasMessageMatching(
                        "load of object [\\w-]+: program count_hit is in section \"xpd\", and libbpf \\S+ knows no such"
                                + " section, so the program has no type: write SEC\\(\"xdp\"\\) in C, or give it the type of a known section,"
                                + " with loadAs = \"xdp\" in its @BpfProgram, or with loadAs\\(\"count_hit\", \"xdp\"\\) between open and load");
    }

    @Test
    void aProgramThatIsNotLoadedNeedsNoType() {
        try (HitsBpf bpf =
                HitsBpf.open(HitCounter.compile("xpd", 2)).onlyPrograms().load()) {
            assertThat(bpf.programs()).isEmpty();
        }
    }

    @Test
    void theTypeMustBeKnown() {
        HitsBpf.Open open = HitsBpf.open(HitCounter.compile(SECTION, TC_ACT_OK));

        assertThrown(IllegalArgumentException.class, () -> open.loadAs("count_hit", "tcx/ingres"))
                .hasMessage(
                        "program count_hit can't be loaded as \"tcx/ingres\": libbpf knows no such section, so the program"
                                + " has no type; write \"tcx/ingress\"");
        assertThrown(IllegalArgumentException.class, () -> open.loadAs("count_hit", "fentry"))
                .hasMessageEndingWith(
                        "the section does not name the program's target, which the verifier needs; write \"fentry/do_unlinkat\"");
        assertBpfException(() -> open.loadAs("count_hits", "tc"), "has no such program, only count_hit");
    }

    private static HitCounter loadAs(String section, String type) {
        Path object = HitCounter.compile(section, TC_ACT_OK);
        return new HitCounter(HitsBpf.open(object).loadAs("count_hit", type).load());
    }
}
