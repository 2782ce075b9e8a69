/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

/** Names the running kernel and the loaded libbpf, for messages. */
public final class Versions {
    private Versions() {}

    /** The version of the running kernel, as {@code uname -r} prints it. */
    public static String kernel() {
        return "Linux " + System.getProperty("os.version");
    }

    /** The loaded libbpf and its version. */
    public static String libbpf() {
        return "libbpf " + Native.libbpf().libbpf_version_string().replaceFirst("^v", "");
    }
}
