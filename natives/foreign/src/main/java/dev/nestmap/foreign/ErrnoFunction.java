/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import dev.nestmap.natives.NativeFunction;
import java.lang.invoke.MethodHandle;

/** A function whose errno is saved for {@link ForeignAccess#lastErrno}. */
final class ErrnoFunction extends ForeignFunction implements NativeFunction {
    ErrnoFunction(ForeignLibrary library, String name) {
        super(library, name);
    }

    @Override
    public long call() {
        try (Errno errno = Errno.take()) {
            return (long) Call0.HANDLE.invokeExact(address(), errno.memory());
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    @Override
    public long call(long a) {
        try (Errno errno = Errno.take()) {
            return (long) Call1.HANDLE.invokeExact(address(), errno.memory(), a);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    @Override
    public long call(long a, long b) {
        try (Errno errno = Errno.take()) {
            return (long) Call2.HANDLE.invokeExact(address(), errno.memory(), a, b);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    @Override
    public long call(long a, long b, long c) {
        try (Errno errno = Errno.take()) {
            return (long) Call3.HANDLE.invokeExact(address(), errno.memory(), a, b, c);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
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
        try (Errno errno = Errno.take()) {
            return (long) Call5.HANDLE.invokeExact(address(), errno.memory(), a, b, c, d, e);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
    }

    @Override
    public long call(long a, long b, long c, long d, long e, long f) {
        try (Errno errno = Errno.take()) {
            return (long) Call6.HANDLE.invokeExact(address(), errno.memory(), a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw Calls.unexpected(thrown);
        }
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

    private static final class Call0 {
        private static final MethodHandle HANDLE = Calls.savingErrno(0);
    }

    private static final class Call1 {
        private static final MethodHandle HANDLE = Calls.savingErrno(1);
    }

    private static final class Call2 {
        private static final MethodHandle HANDLE = Calls.savingErrno(2);
    }

    private static final class Call3 {
        private static final MethodHandle HANDLE = Calls.savingErrno(3);
    }

    private static final class Call4 {
        private static final MethodHandle HANDLE = Calls.savingErrno(4);
    }

    private static final class Call5 {
        private static final MethodHandle HANDLE = Calls.savingErrno(5);
    }

    private static final class Call6 {
        private static final MethodHandle HANDLE = Calls.savingErrno(6);
    }

    private static final class Call7 {
        private static final MethodHandle HANDLE = Calls.savingErrno(7);
    }
}
