/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.natives;

/** A function with the parameters of {@code libbpf_print_fn_t}, the only one that native code calls. */
@FunctionalInterface
public interface NativeCallback {
    /** Must not throw: its caller is C code. */
    int call(int level, long format, long arguments);
}
