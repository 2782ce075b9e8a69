/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrnoNumbersTest {
    @Test
    void everyConstantIsNamedAsItIs() {
        assertThat(Arrays.stream(ErrnoNumbers.class.getFields()))
                .isNotEmpty()
                .allSatisfy(field -> assertThat(ErrnoNumbers.name(value(field))).isEqualTo(field.getName()));
    }

    private static int value(Field constant) {
        try {
            return constant.getInt(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesWithTwoNumbersAndNumbersWithTwoNames() {
        assertThat(ErrnoNumbers.describe(524)).isEqualTo("ENOTSUPP (524)");
        assertThat(ErrnoNumbers.describe(95)).isEqualTo("EOPNOTSUPP (95)");
        assertThat(ErrnoNumbers.describe(11)).isEqualTo("EAGAIN (11)");
        assertThat(ErrnoNumbers.describe(4013)).isEqualTo("LIBBPF_ERRNO__NLPARSE (4013)");
        assertThat(ErrnoNumbers.describe(4014)).isEqualTo("4014 (4014)");
    }
}
