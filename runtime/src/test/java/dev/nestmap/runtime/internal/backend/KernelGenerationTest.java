/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.MapKind;
import java.util.Map;
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
            kernel.link(fs.pin("counts"), fs.path("next/counts"), pins);

            first.close();

            assertThat(second.isPublished()).isFalse();
            assertThat(fs.path("next/counts")).exists();
            assertThat(fs.pin("closed")).exists();
        }
        assertThat(fs.path("next")).doesNotExist();
        assertThat(fs.pin("closed")).doesNotExist();
    }

    /** The kernel has created it, and refuses a later call. */
    @Test
    void theNextClaimOpensADoorThatCouldNotBeClosedCompletely() {
        Pins failing = Interleaving.before(kernel, (method, values) -> {
            if (method.getName().equals("createDirectory")) {
                method.invoke(kernel, values);
                throw BpfException.of(Reason.FULL, "creation of a directory").because("made by the test");
            }
        });
        PinClaim claim = new PinClaim(kernel, fs.pin("counts"), pins);
        Pins.Lock share = claim.acquire("test");
        try (share) {
            PinClaim unable = PinClaim.shared(failing, fs.pin("counts"), pins);
            try (RawMap map = new KernelMapFactory().create(new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0), null)) {
                kernel.pin(map, fs.pin("counts"), pins);
            }
            assertThatThrownBy(unable::closeDoor).hasMessageContaining("made by the test");
            assertThat(fs.pin("closed")).exists();

            PinClaim.shared(kernel, fs.pin("counts"), pins).acquire("test").close();

            assertThat(fs.pin("closed")).doesNotExist();
        }
    }

    /** As a load in the prepare(...) of another one: it would wait for itself. */
    @Test
    void aThreadDoesNotWaitForItsOwnGeneration() {
        try (RawMap map = new KernelMapFactory().create(new MapShape("counts", MapKind.ARRAY, 4, 8, 3, 0), null)) {
            kernel.pin(map, fs.pin("counts"), pins);
        }
        try (Generation own = begin()) {
            assertBpfException(this::begin)
                    .hasErrno(Errno.EAGAIN)
                    .hasMessageContaining("another load of this process is still changing the maps in")
                    .hasMessageContaining("In prepare(...), don't load other objects");
            assertThat(own.isPublished()).isFalse();
        }
        begin().close();
    }

    private Generation begin() {
        Generation generation = new Generation("test", kernel, fs.path(""), pins, Map.of());
        generation.shut();
        return generation;
    }
}
