/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Netns;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LinkRequest;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.SystemCalls;
import java.nio.file.Path;
import java.util.Map;

/** Attaches programs to targets that have a path: control groups and network namespaces. */
final class FileAttacher {
    static final Map<Errno, String> CGROUP_ERRORS = Map.of(
            Errno.EBADF,
            "the path is not the directory of a version 2 control group: find their mount point with grep cgroup2 /proc/mounts");
    static final Map<Errno, String> NETNS_ERRORS = Map.of(
            Errno.EINVAL,
            "the file is not a network namespace",
            Errno.EEXIST,
            "another program of this type is attached to the namespace without a link: stop the process that attached it,"
                    + " or let it detach its program",
            Errno.E2BIG,
            "the namespace has a program of this type already, or as many programs as the kernel permits: bpftool net lists them");

    private FileAttacher() {}

    static KernelAttachment attach(NativeProgram program, Cgroup cgroup, AttachErrors errors) {
        return attach(program, cgroup.directory(), errors, CGROUP_ERRORS);
    }

    static KernelAttachment attach(NativeProgram program, Netns namespace, AttachErrors errors) {
        return attach(program, namespace.file(), errors, NETNS_ERRORS);
    }

    private static KernelAttachment attach(
            NativeProgram program, Path path, AttachErrors errors, Map<Errno, String> explanations) {
        int file = open(path, errors);
        try {
            int fd = new LinkRequest(program.fd(), file, program.attachType()).create();
            return errors.link(fd, explanations);
        } finally {
            Native.libc().close(file);
        }
    }

    /** Opens the file of a target, or throws with the reason. */
    static int open(Path path, AttachErrors errors) {
        int file = SystemCalls.open(path);
        if (file < 0) {
            throw errors.refused(Native.lastErrno(), "the file can't be opened");
        }
        return file;
    }
}
