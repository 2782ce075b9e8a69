/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.backend.OwnedSets;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.schema.Schema;
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

    /** Where the files of a pin are. */
    protected final PinPaths pinPaths(String pin) {
        return new PinPaths(fs.pin(pin), PinOptions.defaults(), MapAccess.READ_WRITE);
    }

    /** Opens pinned maps by a schema. */
    protected static ObjectlessMapOpener opener(Schema schema, Pins pins) {
        return new ObjectlessMapOpener(new ExistingMapFinder(schema, schema, new KernelMapFactory(), pins));
    }

    /** Closes a map that was opened without an object. */
    protected static void closeMap(ObjectlessMap map) {
        map.map().close();
        Nest state = map.nest();
        if (state != null) {
            state.close("the test is over");
        }
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
