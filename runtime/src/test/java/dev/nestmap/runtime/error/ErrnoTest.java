/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each constant has Linux's number. */
class ErrnoTest {
    @Test
    void everyConstantIsFoundByItsNumber() {
        assertThat(Errno.values())
                .allSatisfy(errno -> assertThat(Errno.of(errno.number())).isEqualTo(errno));
        assertThat(Errno.of(0)).isNull();
        assertThat(Errno.of(-Errno.ENOENT.number())).isNull();
        assertThat(Errno.of(4014)).isNull();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyConstantHasTheNumberOfLinux() {
        Map<String, Integer> linux = Arrays.stream(jnr.constants.platform.Errno.values())
                .filter(jnr.constants.platform.Errno::defined)
                .collect(Collectors.toMap(Enum::name, jnr.constants.platform.Errno::intValue));
        Map<String, Integer> ours = Arrays.stream(Errno.values())
                .filter(errno -> errno.number() < Errno.ENOTSUPP.number())
                .collect(Collectors.toMap(Enum::name, Errno::number));

        assertThat(linux).containsAllEntriesOf(ours);
    }

    @Test
    void libbpfCountsFromFourThousand() {
        assertThat(Arrays.stream(Errno.values())
                        .filter(errno -> errno.name().startsWith("LIBBPF_ERRNO__"))
                        .map(Errno::number))
                .containsExactlyElementsOf(IntStream.range(4000, 4014).boxed().toList());
    }
}
