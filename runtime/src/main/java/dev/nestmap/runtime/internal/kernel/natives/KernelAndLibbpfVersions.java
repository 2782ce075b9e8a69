/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the running kernel and the loaded libbpf, for messages, and rejects kernels that are too old. */
public final class KernelAndLibbpfVersions {
    /** The oldest kernel on which Nestmap is tested. */
    private static final int OLDEST_MAJOR = 6;

    private static final int OLDEST_MINOR = 1;

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private static final boolean IS_SUPPORTED = isSupported(release());

    /** Since Linux 6.16, see {@link #replacesEntriesInPlace}. */
    private static final boolean REPLACES_IN_PLACE = isAtLeast(release(), 6, 16, false);

    private KernelAndLibbpfVersions() {}

    /**
     * Rejects a kernel that lacks what Nestmap always needs. Features that only some programs need are probed where they are used.
     *
     * @throws BpfException if the running kernel is too old
     */
    public static void requireSupportedKernel() {
        if (!IS_SUPPORTED) {
            throw tooOld();
        }
    }

    static BpfException tooOld() {
        return BpfException.of(Reason.NOT_SUPPORTED, "use of BPF")
                .because("this machine runs " + kernel() + ", and Nestmap needs Linux " + OLDEST_MAJOR + "."
                        + OLDEST_MINOR + " or newer. Maps in memory (inMemory() of generated classes) need no kernel");
    }

    /** Whether a release as {@code uname -r} prints it is not known to be too old. */
    static boolean isSupported(String release) {
        return isAtLeast(release, OLDEST_MAJOR, OLDEST_MINOR, true);
    }

    /** @param otherwise the result for a release that is not a version */
    private static boolean isAtLeast(String release, int major, int minor, boolean otherwise) {
        Matcher version = RELEASE.matcher(release);
        if (!version.matches()) {
            return otherwise;
        }
        int running = Integer.parseInt(version.group(1));
        return running > major || (running == major && Integer.parseInt(version.group(2)) >= minor);
    }

    /**
     * Whether an update of a HASH_OF_MAPS changes the entry itself ({@code htab_map_update_elem_in_place} in kernel/bpf/hashtab.c). Older
     * kernels use the memory of the replaced entry for the next update, while programs may still read it, and a lookup can miss a key whose
     * map is just being replaced. No call shows the difference.
     */
    public static boolean replacesEntriesInPlace() {
        return REPLACES_IN_PLACE;
    }

    private static String release() {
        return System.getProperty("os.version", "");
    }

    /** The version of the running kernel, as {@code uname -r} prints it. */
    public static String kernel() {
        return "Linux " + release();
    }

    /** The loaded libbpf and its version. */
    public static String libbpf() {
        return "libbpf " + NativeLibraries.libbpf().libbpf_version_string().replaceFirst("^v", "");
    }
}
