/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name of a pin says whether its map waits to be drained. */
class WaitingMapTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "tenant-draining/42-17, true",
        "tenant-draining/42-17-unchecked, true",
        "tenant-draining/0a0b0c0d-17, true",
        "tenant-retired/L0123456789abcd-42-17-unchecked, true",
        "tenant-draining/42-17-other, false",
        "tenant-inner/42-17, false",
    })
    void theNameOfAPinSaysWhetherAMapWaits(String file, boolean waits) throws IOException {
        Files.createDirectory(directory.resolve(file.substring(0, file.indexOf('/'))));
        Path pin = Files.createFile(directory.resolve(file));

        assertThat(WaitingMap.isOne(pin)).isEqualTo(waits);
    }
}
