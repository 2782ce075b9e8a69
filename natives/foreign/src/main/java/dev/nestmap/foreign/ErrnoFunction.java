/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeFunction;
import java.lang.invoke.MethodHandle;

/** A function whose errno is saved for {@link ForeignAccess#lastErrno}. {@link Calls} explains why there are two signatures. */
final class ErrnoFunction extends ForeignFunction implements NativeFunction {
    ErrnoFunction(ForeignLibrary library, String name) {
        super(library, name);
    }

    @Override
    public long call() {
        return call(0, 0, 0, 0);
    }

    @Override
    public long call(long a) {
        return call(a, 0, 0, 0);
    }

    @Override
    public long call(long a, long b) {
        return call(a, b, 0, 0);
    }

    @Override
    public long call(long a, long b, long c) {
        return call(a, b, c, 0);
    }

    @Override
    public long call(long a, long b, long c, long d) {
        try (Errno errno = Errno.take()) {
            return (long) Call4.HANDLE.invokeExact(address(), errno.memory(), a, b, c, d);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    @Override
    public long call(long a, long b, long c, long d, long e) {
        return call(a, b, c, d, e, 0, 0);
    }

    @Override
    public long call(long a, long b, long c, long d, long e, long f) {
        return call(a, b, c, d, e, f, 0);
    }

    @Override
    public long call(long a, long b, long c, long d, long e, long f, long g) {
        try (Errno errno = Errno.take()) {
            return (long) Call7.HANDLE.invokeExact(address(), errno.memory(), a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    // A class for each, so that a handle is linked when it is first used, and is a constant for the JIT.

    private static final class Call4 {
        private static final MethodHandle HANDLE = Calls.savingErrno(4);
    }

    private static final class Call7 {
        private static final MethodHandle HANDLE = Calls.savingErrno(7);
    }
}
