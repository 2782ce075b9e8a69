/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import java.util.Set;
import java.util.regex.Pattern;

/** What is known of a header by its path. */
public final class KernelHeaders {
    /** The folders of {@code include/uapi} in Linux 6.18, and where the architecture's are installed. */
    private static final Set<String> FOLDERS = Set.of(
            "asm",
            "asm-generic",
            "cxl",
            "drm",
            "fwctl",
            "linux",
            "misc",
            "mtd",
            "rdma",
            "regulator",
            "scsi",
            "sound",
            "video",
            "xen");

    private static final Pattern VMLINUX = Pattern.compile("(.*/)?vmlinux[^/]*\\.h|vmlinux/.*");

    private KernelHeaders() {}

    /**
     * Whether the header is the kernel's, of those that user space includes (UAPI): their types never change, and {@code
     * vmlinux.h} has them too.
     */
    public static boolean isOfKernel(String header) {
        int slash = header.indexOf('/');
        return slash > 0 && FOLDERS.contains(header.substring(0, slash));
    }

    /** Whether it is made of the BTF of one kernel. */
    public static boolean isVmlinux(String header) {
        return VMLINUX.matcher(header).matches();
    }
}
