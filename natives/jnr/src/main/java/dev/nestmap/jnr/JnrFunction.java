/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jnr;

import dev.nestmap.natives.NativeFunction;
import org.jspecify.annotations.Nullable;

/** A function, linked by its first call. Two threads may link it at the same time: both get the same function. */
final class JnrFunction implements NativeFunction {
    private final JnrLibrary library;
    private final String name;

    private JnrCalls.@Nullable Call0 call0;
    private JnrCalls.@Nullable Call1 call1;
    private JnrCalls.@Nullable Call2 call2;
    private JnrCalls.@Nullable Call3 call3;
    private JnrCalls.@Nullable Call4 call4;
    private JnrCalls.@Nullable Call5 call5;
    private JnrCalls.@Nullable Call6 call6;
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
    public long call() {
        JnrCalls.Call0 linked = call0;
        return (linked == null ? link0() : linked).call();
    }

    private JnrCalls.Call0 link0() {
        JnrCalls.Call0 linked = library.calls().dlsym0(library.handle(), require());
        call0 = linked;
        return linked;
    }

    @Override
    public long call(long a) {
        JnrCalls.Call1 linked = call1;
        return (linked == null ? link1() : linked).call(a);
    }

    private JnrCalls.Call1 link1() {
        JnrCalls.Call1 linked = library.calls().dlsym1(library.handle(), require());
        call1 = linked;
        return linked;
    }

    @Override
    public long call(long a, long b) {
        JnrCalls.Call2 linked = call2;
        return (linked == null ? link2() : linked).call(a, b);
    }

    private JnrCalls.Call2 link2() {
        JnrCalls.Call2 linked = library.calls().dlsym2(library.handle(), require());
        call2 = linked;
        return linked;
    }

    @Override
    public long call(long a, long b, long c) {
        JnrCalls.Call3 linked = call3;
        return (linked == null ? link3() : linked).call(a, b, c);
    }

    private JnrCalls.Call3 link3() {
        JnrCalls.Call3 linked = library.calls().dlsym3(library.handle(), require());
        call3 = linked;
        return linked;
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
    public long call(long a, long b, long c, long d, long e) {
        JnrCalls.Call5 linked = call5;
        return (linked == null ? link5() : linked).call(a, b, c, d, e);
    }

    private JnrCalls.Call5 link5() {
        JnrCalls.Call5 linked = library.calls().dlsym5(library.handle(), require());
        call5 = linked;
        return linked;
    }

    @Override
    public long call(long a, long b, long c, long d, long e, long f) {
        JnrCalls.Call6 linked = call6;
        return (linked == null ? link6() : linked).call(a, b, c, d, e, f);
    }

    private JnrCalls.Call6 link6() {
        JnrCalls.Call6 linked = library.calls().dlsym6(library.handle(), require());
        call6 = linked;
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
