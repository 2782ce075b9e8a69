/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Permissions of files beside a pin follow from those of the pin. */
class DerivedPinPermissionsTest {
    @Test
    void readersMayEnterDirectoriesAndWritersMayAddFiles() {
        assertThat(directory("rw-------")).isEqualTo("rwx------");
        assertThat(directory("rw-r--r--")).isEqualTo("rwxr-xr-x");
        assertThat(directory("rw-rw----")).isEqualTo("rwxrwx---");
        assertThat(directory("r--------")).isEqualTo("rwx------");
    }

    @Test
    void everybodyMayPassThroughAGeneration() {
        assertThat(generation("rw-------")).isEqualTo("rwx--x--x");
        assertThat(generation("rw-r-----")).isEqualTo("rwxr-x--x");
        assertThat(generation("rw-rw----")).isEqualTo("rwxrwx--x");
    }

    @Test
    void readersCannotOpenFilesOfWriters() {
        assertThat(writers("rw-r--r--")).isEqualTo("rw-------");
        assertThat(writers("rw-rw-r--")).isEqualTo("rw-rw----");
    }

    @Test
    void readersMayWriteToTheirBuffer() {
        assertThat(readers("rw-r-----")).isEqualTo("rw-rw----");
        assertThat(readers("r--r--r--")).isEqualTo("rw-rw-rw-");
        assertThat(readers("-w--w----")).isEqualTo("-w--w----");
    }

    private static String directory(String mode) {
        return PosixFilePermissions.toString(
                DerivedPinPermissions.ofDirectories(PinOptions.defaults().withPermissions(mode)));
    }

    private static String generation(String mode) {
        return PosixFilePermissions.toString(
                DerivedPinPermissions.ofGenerations(PinOptions.defaults().withPermissions(mode)));
    }

    private static String readers(String mode) {
        return PosixFilePermissions.toString(
                DerivedPinPermissions.forReaders(PinOptions.defaults().withPermissions(mode))
                        .permissions());
    }

    private static String writers(String mode) {
        return PosixFilePermissions.toString(
                DerivedPinPermissions.forWriters(PinOptions.defaults().withPermissions(mode))
                        .permissions());
    }
}
