/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.backend.OwnedSets;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Base class of tests that each have their own BPF file system. */
public abstract class PinningTest {
    /** The file system of this test. */
    @SuppressWarnings("NullAway.Init") // set by BeforeEach
    protected BpfFs fs;

    /** Options that pin into that file system. */
    @SuppressWarnings("NullAway.Init") // set by BeforeEach
    protected PinOptions pins;

    @BeforeEach
    final void mountBpfFs() throws IOException {
        fs = BpfFs.mount();
        pins = PinOptions.in(fs.path(""));
    }

    @AfterEach
    final void unmountBpfFs() throws IOException {
        fs.close();
    }

    /** Ends the ownership of the pins beside this one, as if the owner's process had ended. */
    protected final void endOwner(String pin) {
        OwnedSets.forget(Objects.requireNonNull(fs.path(pin).getParent()));
    }

    /** Replaces the file system by an empty one. */
    protected final void mountAnew() throws IOException {
        unmountBpfFs();
        mountBpfFs();
    }
}
