/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeFunction;
import java.lang.invoke.MethodHandle;

/** A function whose errno nobody reads. */
record PlainFunction(Symbol symbol) implements NativeFunction {
    @Override
    public long call(long a, long b, long c, long d) {
        try {
            return (long) Call4.HANDLE.invokeExact(symbol.address(), a, b, c, d);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    @Override
    public long call(long a, long b, long c, long d, long e, long f, long g) {
        try {
            return (long) Call7.HANDLE.invokeExact(symbol.address(), a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    // A class for each, so that a handle is linked when it is first used, and is a constant for the JIT.

    private static final class Call4 {
        private static final MethodHandle HANDLE = Calls.plain(4);
    }

    private static final class Call7 {
        private static final MethodHandle HANDLE = Calls.plain(7);
    }
}
