/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

class PinOptionsTest {
    @Test
    void byDefaultPinsAreForThisUserOnly() {
        PinOptions options = PinOptions.asDeclared();

        assertThat(options.root()).isEqualTo(Path.of("/sys/fs/bpf"));
        assertThat(PosixFilePermissions.toString(options.permissions())).isEqualTo("rw-------");
        assertThat(options.owner()).isNull();
    }

    @Test
    void rejectsAModeThatPinsCantHave() {
        assertThatThrownBy(() -> PinOptions.asDeclared().withPermissions("rwx------"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use r and w only");
        assertThatThrownBy(() -> PinOptions.asDeclared().withPermissions("600"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void optionsOfTheSamePartsAreEqual() {
        PinOptions options = PinOptions.in(Path.of("/sys/fs/bpf/acme")).withOwner(12, 34);

        assertThat(options)
                .isEqualTo(PinOptions.in(Path.of("/sys/fs/bpf/x/../acme")).withOwner(12, 34))
                .hasSameHashCodeAs(PinOptions.in(Path.of("/sys/fs/bpf/acme")).withOwner(12, 34))
                .isNotEqualTo(options.withOwner(12, 35))
                .hasToString("pins in /sys/fs/bpf/acme rw------- of user 12, group 34");
    }
}
