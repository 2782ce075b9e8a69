/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.log.WarningLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rejects the first pin of a link if an earlier run has attached the program already.
 *
 * @param path where the link will be pinned
 */
record DuplicateAttachmentCheck(NativeProgram program, Hook<?, ?> attachment, Path path, AttachErrors errors) {
    /**
     * Asks a hook for its programs. Throws if one has this program's name: an earlier run attached it, and its link is not pinned where this
     * run expects it, because another file system may hide the pin. Without this, the program would be attached twice, and events would be
     * counted twice.
     *
     * @param warns whether to log what this process can't know
     */
    void requireNone(AttachPoint point, boolean warns) {
        Optional<List<Integer>> programs = point.programIds();
        List<Integer> unknown = new ArrayList<>();
        for (int id : programs.orElse(List.of())) {
            ProgramInfo info = ProgramInfo.ofId(id);
            if (info == null) {
                unknown.add(id);
            } else if (info.name().equals(program.info().name())) {
                throw alreadyAttached(point, id);
            }
        }
        if (attachment instanceof Xdp xdp && programs.stream().anyMatch(ids -> !ids.isEmpty())) {
            int index = NetworkAttacher.index(xdp.interfaceName(), errors);
            throw errors.refused(Errno.EBUSY.number(), NetworkAttacher.xdpConflict(index, xdp.interfaceName()));
        }
        if (!warns) {
            return;
        }
        if (programs.isEmpty()) {
            warnOfUnknown(
                    "may have programs already, and the kernel lists them only with CAP_NET_ADMIN in the initial user"
                            + " namespace");
        } else if (!unknown.isEmpty()) {
            warnOfUnknown("already has the programs with the ids " + unknown
                    + ", and without CAP_SYS_ADMIN their names are unknown");
        }
    }

    private void warnOfUnknown(String programs) {
        WarningLog.RUNTIME.warn(
                "unknown programs of " + attachment.target(),
                errors.operation() + ": " + attachment.target() + " " + programs
                        + ". If one of them is left from an earlier run whose pin was at another place,"
                        + " events are counted twice: bpftool link shows it",
                null);
    }

    private BpfException alreadyAttached(AttachPoint point, int programId) {
        Descriptor link = LinkCalls.find(fd -> {
            LinkCalls.Description found = LinkCalls.describe(fd);
            return point.isOf(found) && found.info().programId() == programId;
        });
        String existing = attachment.target() + " already has a program "
                + program.info().name() + ", the one with id " + Integer.toUnsignedString(programId);
        if (link.fd() < 0) {
            return errors.failed(
                    existing
                            + ", which was attached without a link, so a LinkPin can't take it over. Detach it with the tool that"
                            + " attached it (bpftool net and bpftool cgroup list such programs). If both are to run, which tcx,"
                            + " netkit and control groups allow, attach without a LinkPin and pin the link with KernelLink.pin");
        }
        String id = Integer.toUnsignedString(LinkCalls.close(link));
        return errors.failed(existing + " with link " + id + ", and that link is not pinned at " + path
                + ". If an earlier run of this service attached it, for example before another BPF file system was"
                + " mounted over its pin, pin it there again (bpftool link pin id " + id + " " + path
                + "). If it belongs to another service, attach without a LinkPin and pin the link with KernelLink.pin");
    }
}
