/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The advice of a conversion that failed after the point of no return fits its cause. */
class ConversionRemedyTest {
    private static final String CONVERT = "a migration that converts this entry";
    private static final String RESTART = "start again with the same migration";

    private static String remedy(BpfException.Builder failure) {
        return RetiredMapPins.remedy(failure.build());
    }

    @Test
    void aFunctionThatThrowsNeedsAnotherMigration() {
        assertThat(remedy(BpfException.of(Reason.ACTION_FAILED, "migration")))
                .contains(CONVERT)
                .doesNotContain(RESTART);
    }

    /** A map that is full refuses the entry each time, while memory and descriptors come back. */
    @ParameterizedTest
    @EnumSource
    void aKernelThatCouldNotNeedsARestart(Errno errno) {
        boolean isOfEntry = errno == Errno.E2BIG;
        assertThat(remedy(BpfException.of(Reason.FULL, "update of map flow_map").errno(errno.number())))
                .contains(isOfEntry ? CONVERT : RESTART)
                .doesNotContain(isOfEntry ? RESTART : CONVERT);
    }
}
