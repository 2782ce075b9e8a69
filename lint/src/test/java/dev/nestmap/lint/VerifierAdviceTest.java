/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The verifier's refusals are explained with advice. */
class VerifierAdviceTest {
    @Test
    void eachErrorFindsItsOwnRemedy() {
        assertThat(VerifierAdvice.ALL)
                .hasSizeGreaterThanOrEqualTo(20)
                .allSatisfy(advice ->
                        assertThat(VerifierAdvice.remedy(advice.example())).contains(advice.remedy()));
    }
}
