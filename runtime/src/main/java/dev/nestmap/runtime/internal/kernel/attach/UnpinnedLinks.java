/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks for a program that an earlier run attached, and whose link is not pinned where this run expects it: another file system may hide the
 * pin. Without this, the program would be attached twice, and events would be counted twice.
 */
final class UnpinnedLinks {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.runtime");

    private final String operation;
    private final NativeProgram program;
    private final Hook<?, ?> attachment;
    private final LinkPin pin;
    private final LinkPins pins;

    UnpinnedLinks(String operation, NativeProgram program, Hook<?, ?> attachment, LinkPin pin, LinkPins pins) {
        this.operation = operation;
        this.program = program;
        this.attachment = attachment;
        this.pin = pin;
        this.pins = pins;
    }

    /**
     * Asks a hook for its programs. Throws if one has this program's name.
     */
    void requireNone(AttachPoint point) {
        Optional<List<Integer>> programs = point.programIds();
        List<Integer> unknown = new ArrayList<>();
        for (int id : programs.orElse(List.of())) {
            String name = ProgramInfo.nameOf(id);
            if (name == null) {
                unknown.add(id);
            } else if (name.equals(program.info().name())) {
                throw alreadyAttached(point, id);
            }
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
        warn(attachment.target() + " " + programs
                + ". If one of them is left from an earlier run whose pin was at another place,"
                + " events are counted twice: bpftool link shows it");
    }

    private BpfException alreadyAttached(AttachPoint point, int programId) {
        int link = LinkCalls.find(fd -> {
            LinkCalls.Description found = LinkCalls.describe(fd);
            return point.isOf(found) && found.info().programId() == programId;
        });
        String existing = attachment.target() + " already has a program "
                + program.info().name() + ", the one with id " + Integer.toUnsignedString(programId);
        if (link < 0) {
            return new BpfException(
                    operation,
                    existing
                            + ", which was attached without a link, so a LinkPin can't take it over. Detach it with the tool that"
                            + " attached it (bpftool net and bpftool cgroup list such programs). If both are to run, which tcx,"
                            + " netkit and control groups allow, attach without a LinkPin and pin the link with KernelLink.pin");
        }
        String id = Integer.toUnsignedString(LinkCalls.close(link));
        Path path = pins.resolve(pin.path());
        return new BpfException(
                operation,
                existing + " with link " + id + ", and that link is not pinned at " + path
                        + ". If an earlier run of this service attached it, for example before another BPF file system was"
                        + " mounted over its pin, pin it there again (bpftool link pin id " + id + " " + path
                        + "). If it belongs to another service, attach without a LinkPin and pin the link with KernelLink.pin");
    }

    private void warn(String warning) {
        LOGGER.log(Level.WARNING, () -> operation + ": " + warning);
    }
}
