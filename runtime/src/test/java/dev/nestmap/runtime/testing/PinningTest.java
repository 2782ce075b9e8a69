/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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

    /** Removes the lock of a pinned link, as if its owner's process had ended. So two services can have their programs in one process. */
    protected final void endOwner(String link) {
        try {
            Files.deleteIfExists(fs.path(link + "-owner"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the file system by an empty one. */
    protected final void mountAnew() throws IOException {
        unmountBpfFs();
        mountBpfFs();
    }
}
