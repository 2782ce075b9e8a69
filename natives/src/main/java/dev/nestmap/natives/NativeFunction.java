/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.natives;

/**
 * A function of C whose parameters and result are integers or pointers. Each of them takes one register, or eight bytes on the stack, in
 * the calling conventions of 64-bit Linux, so all functions with the same number of parameters share one signature. Pass an {@code int}
 * as it is: the sign is extended. Of the result of a narrower function, only the lower bytes are defined: cast it.
 *
 * <p>A call throws an {@link UnsatisfiedLinkError} if the library lacks the function.
 */
@SuppressWarnings("MissingJavadocMethod") // they differ only by their number of parameters
public interface NativeFunction {
    long call();

    long call(long a);

    long call(long a, long b);

    long call(long a, long b, long c);

    long call(long a, long b, long c, long d);

    long call(long a, long b, long c, long d, long e);

    long call(long a, long b, long c, long d, long e, long f);

    long call(long a, long b, long c, long d, long e, long f, long g);
}
