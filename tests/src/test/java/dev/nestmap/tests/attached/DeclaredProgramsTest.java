/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Programs that {@code @BpfProgram} declares are returned by their methods, or the difference is named. */
@KernelTest
class DeclaredProgramsTest {
    private static final int XDP_PASS = 2;
    private static final String DIFFERENCE = "the object differs from what " + XdpHits.class.getName() + " declares:";

    @Test
    void aProgramOfAnotherSectionIsRejected() {
        Path object = HitCounter.compile("tc", 0);

        assertBpfException(() -> XdpHitsBpf.load(object))
                .hasMessage("load of object " + object + ": " + DIFFERENCE
                        + "\n  program count_hit: SEC(\"xdp\") in @BpfProgram, SEC(\"tc\") in the object\n"
                        + "Correct @BpfProgram on " + XdpHits.class.getName()
                        + ", or load the object that has these programs");
    }

    @Test
    void anObjectWithoutTheProgramIsRejected() {
        Path object = BpfObjects.of("hits", "-DSECTION=\"xdp\"", "-DRESULT=2", "-Dcount_hit=count_hits");

        assertThatThrownBy(() -> XdpHitsBpf.load(object))
                .hasMessageContaining("program count_hit: declared by @BpfProgram, missing in the object: did you mean"
                        + " count_hits?");
    }

    @Test
    void aProgramThatWasNotLoadedIsNamed() {
        try (XdpHitsBpf bpf = XdpHitsBpf.open(HitCounter.compile("xdp", XDP_PASS))
                .onlyPrograms()
                .load()) {
            assertBpfException(bpf::countHit)
                    .hasMessage("search for program count_hit: the object has this program, but it was not loaded:"
                            + " choose it with onlyPrograms(...) between open and load");
        }
    }

    @Test
    void programsInMemoryAreWrittenInJava() {
        try (XdpHitsBpf bpf = XdpHitsBpf.inMemory()) {
            bpf.hit().put(new XdpHits.Hit(0, 1));
            assertBpfException(bpf::countHit)
                    .hasMessageEndingWith(
                            "no BPF program runs in memory: write the program in Java, with MemoryProgram.define(object,"
                                    + " \"count_hit\", ...)");
            MemoryProgram.define(bpf, "count_hit", (packet, context) -> XDP_PASS);
            assertThat(bpf.countHit().section()).isEqualTo("xdp");
            assertThat(bpf.countHit().testRun(new byte[14]).returnValue()).isEqualTo(XDP_PASS);
        }
    }
}
