/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The errno of a failed slot is read from the text of each libbpf. */
class SlotFailureTest {
    @ParameterizedTest
    @CsvSource({"-7, E2BIG", "-E2BIG, E2BIG", "-EINVAL, EINVAL", "-524, ENOTSUPP", "-ENOTSUPP, ENOTSUPP"})
    void readsTheErrnoAsEachVersionOfLibbpfWritesIt(String written, Errno errno) {
        String line = "libbpf: map 'tenant': failed to initialize slot [5] to map 'gold' fd=5: " + written;

        assertThat(SlotFailure.in(List.of(line))).contains(new SlotFailure("tenant", 5, "map gold", errno.number()));
    }

    @Test
    void isAbsentFromOtherLines() {
        assertThat(SlotFailure.in(List.of("libbpf: map 'tenant': created successfully, fd=5")))
                .isEmpty();
    }
}
