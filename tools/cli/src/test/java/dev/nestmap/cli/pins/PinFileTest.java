/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command knows the files beside a pin that the runtime makes. */
class PinFileTest {
    private static final Path PIN = Path.of("/sys/fs/bpf/acme/tenant");

    @Test
    void theRuntimeMakesTheseFiles() {
        PinPaths paths = new PinPaths(PIN, PinOptions.defaults(), MapAccess.READ_ONLY);

        assertThat(Arrays.stream(PinFile.values()).map(file -> file.of(PIN)))
                .containsExactlyInAnyOrder(
                        paths.prototype(),
                        paths.inners(),
                        paths.draining(),
                        paths.retired(),
                        paths.requests(),
                        paths.uncounted(),
                        paths.lostInserts(),
                        paths.reader());
    }

    @Test
    void knowsWhatIsBesideAPin() {
        Path requests = PinFile.REQUESTS.of(PIN);

        assertThat(List.of(requests, PinFile.DRAINING.of(requests), PinFile.INNERS.of(PIN)))
                .allMatch(file -> PinFile.isBeside(file, List.of(PIN)));
        assertThat(List.of(PIN, PIN.resolveSibling("tenant-2"), PIN.resolveSibling("other-inner")))
                .noneMatch(file -> PinFile.isBeside(file, List.of(PIN)));
    }
}
