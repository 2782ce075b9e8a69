/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeFunction;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The address of a function, found by its first call. Two threads may find it at the same time: both get the same address. */
abstract class ForeignFunction implements NativeFunction {
    private final ForeignLibrary library;
    private final String name;
    private @Nullable MemorySegment address;

    ForeignFunction(ForeignLibrary library, String name) {
        this.library = library;
        this.name = name;
    }

    final MemorySegment address() {
        MemorySegment found = address;
        return found == null ? find() : found;
    }

    private MemorySegment find() {
        MemorySegment found = library.symbols()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError(library.name() + " has no function " + name));
        address = found;
        return found;
    }
}
