/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jnr;

import dev.nestmap.natives.NativeFunction;
import org.jspecify.annotations.Nullable;

/** A function, linked by its first call. Two threads may link it at the same time: both get the same function. */
final class JnrFunction implements NativeFunction {
    private final JnrLibrary library;
    private final String name;

    private JnrCalls.@Nullable Call4 call4;
    private JnrCalls.@Nullable Call7 call7;

    JnrFunction(JnrLibrary library, String name) {
        this.library = library;
        this.name = name;
    }

    private String require() {
        if (!library.has(name)) {
            throw new UnsatisfiedLinkError(library.name() + " has no function " + name);
        }
        return name;
    }

    @Override
    public long call(long a, long b, long c, long d) {
        JnrCalls.Call4 linked = call4;
        return (linked == null ? link4() : linked).call(a, b, c, d);
    }

    private JnrCalls.Call4 link4() {
        JnrCalls.Call4 linked = library.calls().dlsym4(library.handle(), require());
        call4 = linked;
        return linked;
    }

    @Override
    public long call(long a, long b, long c, long d, long e, long f, long g) {
        JnrCalls.Call7 linked = call7;
        return (linked == null ? link7() : linked).call(a, b, c, d, e, f, g);
    }

    private JnrCalls.Call7 link7() {
        JnrCalls.Call7 linked = library.calls().dlsym7(library.handle(), require());
        call7 = linked;
        return linked;
    }
}
