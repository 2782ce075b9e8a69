/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.natives;

/**
 * A function of C whose parameters and result are integers or pointers. Each of them takes one register, or eight bytes on the stack, in
 * the calling conventions of 64-bit Linux. Pass an {@code int} as it is: the sign is extended. Of the result of a narrower function, only the
 * lower bytes are defined: cast it.
 *
 * <p>Linking a signature takes milliseconds, so there are only two, with four and with seven parameters. A function with fewer parameters
 * ignores the others: in the calling conventions of C on Linux for x86-64 and arm64, the caller passes them in registers or in its own stack
 * frame, also to variadic functions.
 *
 * <p>A call throws an {@link UnsatisfiedLinkError} if the library lacks the function.
 */
@SuppressWarnings("MissingJavadocMethod") // they differ only by their number of parameters
public interface NativeFunction {
    default long call() {
        return call(0, 0, 0, 0);
    }

    default long call(long a) {
        return call(a, 0, 0, 0);
    }

    default long call(long a, long b) {
        return call(a, b, 0, 0);
    }

    default long call(long a, long b, long c) {
        return call(a, b, c, 0);
    }

    long call(long a, long b, long c, long d);

    default long call(long a, long b, long c, long d, long e) {
        return call(a, b, c, d, e, 0, 0);
    }

    default long call(long a, long b, long c, long d, long e, long f) {
        return call(a, b, c, d, e, f, 0);
    }

    long call(long a, long b, long c, long d, long e, long f, long g);
}
