/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;

/** The functions of one library. Subclasses declare them. */
abstract class NativeFunctions {
    private final NativeLibrary library;

    NativeFunctions(NativeLibrary library) {
        this.library = library;
    }

    /** A function whose errno {@link NativeLibraries#lastErrno} returns after a call. */
    final NativeFunction savingErrno(String name) {
        return library.function(name, true);
    }

    /** A function that does not fail, or whose result contains the errno. */
    final NativeFunction function(String name) {
        return library.function(name, false);
    }
}
