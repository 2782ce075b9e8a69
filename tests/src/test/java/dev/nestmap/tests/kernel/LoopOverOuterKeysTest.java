/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.Verifier;
import dev.nestmap.tests.toolchain.Verifier.Verdict;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A loop over 256 outer keys, written three times with the same meaning: {@code loop_by_helper.bpf.c}, {@code
 * loop_by_hand.bpf.c} and {@code loop_by_careful_hand.bpf.c}.
 */
@Tag("jdk-independent")
@KernelTest
class LoopOverOuterKeysTest {
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void theHelperCostsTheVerifierNoMoreThanHandwrittenCode(InstalledClang clang) {
        Verdict helper = Verifier.load(BpfObjects.of("loop_by_helper", clang));
        Verdict hand = Verifier.load(BpfObjects.of("loop_by_careful_hand", clang));
        System.out.println(clang + ", 256 outer keys by the helper: " + helper);
        System.out.println(clang + ", 256 outer keys by hand, same signature: " + hand);

        assertThat(helper.accepted()).as(helper.log()).isTrue();
        assertThat(hand.accepted()).as(hand.log()).isTrue();
        assertThat(helper.instructions()).isLessThanOrEqualTo(hand.instructions());
        assertThat(helper.states()).isLessThanOrEqualTo(hand.states());
    }

    /** Shows why helpers take scalar keys by value. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void theVerifierRefusesTheAddressOfTheLoopCounterAsKey(InstalledClang clang) {
        Verdict hand = Verifier.load(BpfObjects.of("loop_by_hand", clang));
        System.out.println(clang + ", 256 outer keys by hand, address of the loop counter: " + hand);

        assertThat(hand.accepted()).isFalse();
        assertThat(hand.log()).contains("too complex");
    }
}
