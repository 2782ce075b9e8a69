/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A generation that has ended changes nothing any more. */
@KernelTest
class KernelGenerationTest extends PinningTest {
    private final KernelPins kernel = new KernelPins();

    /** By then, somebody else may have a next generation of the set. */
    @Test
    void aSecondCloseDoesNothing() {
        try (RawMap map = new KernelMapFactory().create(new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0), null)) {
            kernel.pin(map, fs.pin("counts"), pins);
        }
        Generation first = begin();
        first.close();
        try (Generation second = begin()) {
            second.link(fs.pin("counts"), fs.path("next/counts"));

            first.close();

            assertThat(fs.path("next/counts")).exists();
            assertThat(fs.pin("closed")).exists();
        }
        assertThat(fs.path("next")).doesNotExist();
        assertThat(fs.pin("closed")).doesNotExist();
    }

    private Generation begin() {
        Generation generation = new Generation("test", kernel, fs.path(""), pins, List.of());
        generation.shut();
        return generation;
    }
}
