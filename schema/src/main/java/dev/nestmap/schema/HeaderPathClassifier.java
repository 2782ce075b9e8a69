/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.regex.Pattern;

/** Classifies C headers by their path. */
public final class HeaderPathClassifier {
    /** The folders of {@code include/uapi} in Linux 6.18, and the folder of the architecture's headers. */
    private static final Pattern UAPI =
            Pattern.compile("(asm|asm-generic|cxl|drm|fwctl|linux|misc|mtd|rdma|regulator|scsi|sound|video|xen)/.*");

    private static final Pattern VMLINUX = Pattern.compile("(.*/)?vmlinux[^/]*\\.h|vmlinux/.*");

    private HeaderPathClassifier() {}

    /**
     * Whether the header is part of the kernel's interface to user space (UAPI). Its types never change, and {@code vmlinux.h} has them
     * too.
     */
    public static boolean isUapi(String header) {
        return UAPI.matcher(header).matches();
    }

    /** Whether the header was generated from the BTF of one kernel. */
    public static boolean isVmlinux(String header) {
        return VMLINUX.matcher(header).matches();
    }
}
