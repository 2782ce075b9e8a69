/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that have each a BPF file system of their own. */
public abstract class PinningTest {
    /** This test's. */
    @SuppressWarnings("NullAway.Init") // by BeforeEach
    protected BpfFs fs;

    /** That pin there. */
    @SuppressWarnings("NullAway.Init") // by BeforeEach
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

    /** Goes on in an empty one. */
    protected final void mountAnew() throws IOException {
        unmountBpfFs();
        mountBpfFs();
    }
}
