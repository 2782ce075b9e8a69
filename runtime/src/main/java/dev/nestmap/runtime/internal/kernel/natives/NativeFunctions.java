/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The functions of one library. Subclasses declare them. */
abstract class NativeFunctions {
    private final NativeLibrary library;
    private final Map<String, NativeFunction> functions = new ConcurrentHashMap<>();

    NativeFunctions(NativeLibrary library) {
        this.library = library;
    }

    /** A function whose errno {@link NativeLibraries#lastErrno} returns after a call. */
    final NativeFunction savingErrno(String name) {
        return find(name, true);
    }

    /** A function that does not fail, or whose result contains the errno. */
    final NativeFunction function(String name) {
        return find(name, false);
    }

    private NativeFunction find(String name, boolean savesErrno) {
        return functions.computeIfAbsent(name, any -> library.function(name, savesErrno));
    }
}
