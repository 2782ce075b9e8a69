/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.LinkTargets;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.program.LinkInfo;
import dev.nestmap.runtime.program.LinkPin;
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
    private final Attachment attachment;
    private final LinkPin pin;
    private final LinkPins pins;

    UnpinnedLinks(String operation, NativeProgram program, Attachment attachment, LinkPin pin, LinkPins pins) {
        this.operation = operation;
        this.program = program;
        this.attachment = attachment;
        this.pin = pin;
        this.pins = pins;
    }

    /**
     * Asks a hook for its programs. If one has this program's name, returns its link, which is pinned now, or throws if the link is not to
     * be adopted. Returns -1 if there is none.
     */
    int find(AttachPoint point) {
        Optional<List<Integer>> programs = point.programIds();
        List<Integer> unknown = new ArrayList<>();
        for (int id : programs.orElse(List.of())) {
            String name = ProgramInfo.nameOf(id);
            if (name == null) {
                unknown.add(id);
            } else if (name.equals(program.info().name())) {
                return adopt(point, id);
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
        return -1;
    }

    private void warnOfUnknown(String programs) {
        warn(attachment.target() + " " + programs
                + ". If one of them is left from an earlier run whose pin was at another place,"
                + " events are counted twice: bpftool link shows it");
    }

    private int adopt(AttachPoint point, int programId) {
        int link = LinkCalls.find(fd -> {
            LinkCalls.Description found = LinkCalls.describe(fd);
            return point.isOf(found) && found.info().programId() == programId;
        });
        if (link >= 0 && pin.adopts()) {
            pinOrClose(link);
            return link;
        }
        String existing = attachment.target() + " already has a program "
                + program.info().name() + ", the one with id " + Integer.toUnsignedString(programId);
        if (link < 0) {
            throw new BpfException(
                    operation,
                    existing
                            + ", which was attached without a link, so a LinkPin can't take it over. Detach it with the tool that"
                            + " attached it (bpftool net and bpftool cgroup list such programs). If both are to run, which tcx,"
                            + " netkit and control groups allow, attach without a LinkPin and pin the link with Link.pin");
        }
        throw new BpfException(
                operation,
                existing + " with link " + Integer.toUnsignedString(LinkCalls.close(link))
                        + ", and that link is not pinned at " + pins.resolve(pin.path())
                        + ". If an earlier run of this service attached it, for example before another BPF file system was"
                        + " mounted over its pin, take it over with LinkPin.adopting(). If it belongs to another service, attach"
                        + " without a LinkPin and pin the link with Link.pin");
    }

    private void pinOrClose(int link) {
        Path path = pins.resolve(pin.path());
        try {
            pins.pin(link, "the link of program " + program.name() + " to " + attachment.target(), path);
        } catch (Throwable e) { // even after an Error, nobody else would close the descriptor
            Native.libc().close(link);
            throw e;
        }
    }

    /**
     * Compares a new link with all others, because the kernel can't be asked which programs trace a function or tracepoint. Warns if another
     * one has the same target and a program of the same name. Without CAP_SYS_ADMIN, the others are unknown.
     */
    void warnIfAttachedTwice(int link) {
        int twin = -1;
        try {
            LinkInfo own = LinkCalls.describe(link).info();
            String target = LinkTargets.of(link, own.kind());
            twin = target == null ? -1 : LinkCalls.find(other -> isTwin(other, own, target));
            if (twin >= 0) {
                String id =
                        Integer.toUnsignedString(LinkCalls.describe(twin).info().id());
                warn("link " + id + " attaches a program of the same name, "
                        + program.info().name()
                        + ", to the same target as the new link " + Integer.toUnsignedString(own.id())
                        + ", which is pinned at " + pins.resolve(pin.path())
                        + ". If an earlier run attached it, for example before another BPF file system was mounted over its"
                        + " pin, events are counted twice until its pin is removed: bpftool link show id " + id
                        + " names its program");
            }
        } catch (BpfException e) { // the program is attached, and that matters more
            LOGGER.log(Level.DEBUG, operation + ": the other links are unknown", e);
        } finally {
            if (twin >= 0) {
                Native.libc().close(twin);
            }
        }
    }

    private boolean isTwin(int other, LinkInfo own, String target) {
        LinkInfo info = LinkCalls.describe(other).info();
        return info.kind() == own.kind()
                && info.id() != own.id()
                && program.info().name().equals(ProgramInfo.nameOf(info.programId()))
                && target.equals(LinkTargets.of(other, info.kind()));
    }

    private void warn(String warning) {
        LOGGER.log(Level.WARNING, () -> operation + ": " + warning);
    }
}
