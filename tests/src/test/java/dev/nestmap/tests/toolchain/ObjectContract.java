/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import dev.nestmap.runtime.LoadedObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Each test has an object of its own, in the kernel or in memory. */
public abstract class ObjectContract<T extends LoadedObject> {
    /** The object of the test. */
    @SuppressWarnings("NullAway.Init") // by BeforeEach
    protected T bpf;

    /** Loads the object. */
    protected abstract T open();

    @BeforeEach
    final void openObject() {
        bpf = open();
    }

    @AfterEach
    final void closeObject() {
        bpf.close();
    }
}
