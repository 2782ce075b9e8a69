/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Pins are for this user only, unless options say otherwise. */
class PinOptionsTest {
    @Test
    void byDefaultPinsAreForThisUserOnly() {
        PinOptions options = PinOptions.defaults();

        assertThat(options.root()).isEqualTo(Path.of("/sys/fs/bpf"));
        assertThat(PosixFilePermissions.toString(options.permissions())).isEqualTo("rw-------");
        assertThat(options.owner()).isNull();
    }

    @Test
    void rejectsAModeThatPinsCantHave() {
        assertThatThrownBy(() -> PinOptions.defaults().withPermissions("rwx------"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use r and w only");
        assertThatThrownBy(() -> PinOptions.defaults().withPermissions("600"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("mode \"600\" is not written as ls -l shows it: write \"rw-------\"");
    }

    /** With -1, the system call chown changes nothing. */
    @Test
    void noUserHasTheNumberMinusOne() {
        assertThatThrownBy(() -> PinOptions.defaults().withOwner(12, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "-1 is no number of a user or group, and user 12, group -1 are given: pass the numbers that id -u"
                                + " and id -g print");
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

    /** A store has a column for the text of an identity, which contains the name. */
    @Test
    void aMachineHasAShortName() {
        String name = "n".repeat(101);
        assertThatThrownBy(() -> PinOptions.defaults().withMachine(name)).isInstanceOf(IllegalArgumentException.class);
        String given = System.getProperty("nestmap.machine");
        System.setProperty("nestmap.machine", name);
        try {
            assertThatThrownBy(MapIdentity::machineId)
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("nestmap.machine has 101 characters: set a name of at most 100");
        } finally {
            if (given == null) {
                System.clearProperty("nestmap.machine");
            } else {
                System.setProperty("nestmap.machine", given);
            }
        }
    }
}
