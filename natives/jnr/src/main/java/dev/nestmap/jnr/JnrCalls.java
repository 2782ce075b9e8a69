/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jnr;

import jnr.ffi.annotations.Delegate;

/**
 * The interfaces that JNR implements. They are public because JNR implements them in another class loader. JNR generates the class of a
 * signature when a function is first called with it.
 *
 * <p>JNR 2.3.4 passes garbage as the sixth of six primitive arguments on x86-64, but only to functions of a library's interface. Through a
 * function pointer, as here, all arguments are correct.
 */
@SuppressWarnings("MemberName") // the names are C's
public interface JnrCalls {
    /** Opens a library. Returns 0 on failure. */
    long dlopen(String file, int mode);

    /** Describes the last failure. */
    String dlerror();

    /** The address of a function, or 0. */
    long dlsym(long handle, String symbol);

    // Both are dlsym, with the result as a function pointer.
    Call4 dlsym4(long handle, String symbol);

    Call7 dlsym7(long handle, String symbol);

    /** A function with 4 parameters. */
    public interface Call4 {
        @Delegate
        long call(long a, long b, long c, long d);
    }

    /** A function with 7 parameters. */
    public interface Call7 {
        @Delegate
        long call(long a, long b, long c, long d, long e, long f, long g);
    }

    /** {@code libbpf_print_fn_t}. */
    public interface Callback {
        @Delegate
        int call(int level, long format, long arguments);
    }
}
