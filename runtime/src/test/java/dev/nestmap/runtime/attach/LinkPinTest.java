/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A path of a pin has a name. */
class LinkPinTest {
    @ParameterizedTest
    @ValueSource(strings = {"", ".", "/", "..", "acme/.."})
    void rejectsAPathWithoutAName(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkPin.at(Path.of(path)))
                .withMessage(
                        "the path \"" + path + "\" names a directory: pass the path of a pin, such as acme/count-eth0");
    }
}
