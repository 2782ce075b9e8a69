/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jnr;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;

/** A library that dlopen(3) has opened. */
record JnrLibrary(JnrCalls calls, String name, long handle) implements NativeLibrary {
    /** JNR saves errno after each call through a function pointer. */
    @Override
    public NativeFunction function(String function, boolean savesErrno) {
        return new JnrFunction(this, function);
    }

    @Override
    public boolean has(String function) {
        return calls.dlsym(handle, function) != 0;
    }
}
