/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.Reuseport;
import dev.nestmap.runtime.attach.SocketFilter;
import dev.nestmap.runtime.attach.Tc;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.kernel.map.KernelMapUsers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeProgram;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rejects an attachment that would count events twice: this object has attached the program to the same hook already, or an earlier run has.
 *
 * @param path where the link will be pinned; null if it will not
 * @param own the places at which this object has attached the program
 * @param isSibling whether the program with an id is another one of this object. The names of both may have the same first 15 characters
 */
public record DuplicateAttachmentCheck(
        NativeProgram program,
        Hook<?, ?> attachment,
        @Nullable Path path,
        Supplier<List<AttachedPlace>> own,
        IntPredicate isSibling,
        AttachErrors errors) {
    /**
     * Checks an attachment without a pin. Throws if the program is attached to this hook already, or if the hook has a program of the same name
     * that counts in the same pinned maps. Warns if such a program is attached somewhere, for hooks whose programs the kernel does not list and for
     * filters of tc whose numbers are unknown, and if this program is attached to a control group above or below. A filter that this one
     * replaces is none of these.
     */
    public void requireNone(LinkPins pins) {
        boolean replaces = attachment instanceof Tc tc && tc.replace();
        if (runsOnce()) {
            return;
        }
        ProgramInfo info = program.info();
        Optional<AttachPoint> point = pointIfThere();
        Optional<List<Integer>> listed = point.flatMap(AttachPoint::programIds);
        if (!replaces) {
            requireNotOwn(listed);
        }
        List<Integer> ids = listed.orElse(List.of());
        if (ids.contains(info.id())) {
            throw twice("");
        }
        for (ProgramStatistics other : othersCountingInSameMaps(pins, info)) {
            if (ids.contains(other.id())) {
                throw alreadyAttached(point.orElseThrow(), other.id());
            }
            if (attachment instanceof Tc tc) {
                requireNoFilter(tc, other.id());
            }
            if (point.isEmpty() && !replaces) {
                warnIfAttached(other);
            }
        }
        point.ifPresent(this::warnOfRelatedGroup);
    }

    /** The hook; empty if its target is not there, which the attachment itself explains with the kernel's errno. */
    private Optional<AttachPoint> pointIfThere() {
        try {
            return AttacherTable.of(attachment).point(program, attachment, errors);
        } catch (BpfException e) {
            return Optional.empty();
        }
    }

    /** Whether the kernel lets a program run once for an event at this hook, whatever else is attached. */
    private boolean runsOnce() {
        return attachment instanceof Xdp // has one program
                || attachment instanceof SocketFilter // the new filter replaces the old one
                || attachment instanceof Reuseport;
    }

    /** @param listed the programs of the hook. The kernel knows best which interface or namespace it is; if it lists none, this object's list counts */
    private void requireNotOwn(Optional<List<Integer>> listed) {
        if (listed.isEmpty() && own.get().stream().anyMatch(AttachedPlace.of(attachment, errors)::isSame)) {
            throw twice(" by this object");
        }
    }

    private BpfException twice(String who) {
        return errors.failed(Reason.LOSES_COUNTS, ErrorTable.message("ATTACHED_TWICE", program.name(), who));
    }

    private void requireNoFilter(Tc tc, int programId) {
        TcAttacher.filterOf(tc, programId, errors).ifPresent(filter -> {
            throw errors.failed(
                    Reason.LOSES_COUNTS,
                    ErrorTable.message(
                            "FILTER_IS_THERE",
                            tc.target(),
                            program.name(),
                            Integer.toUnsignedString(programId),
                            filter.priority() == tc.priority() && !tc.replace()
                                    ? "replace it, with withPriority(" + filter.priority() + ").withHandle("
                                            + filter.handle() + ").withReplacement()"
                                    : removal(filter)));
        });
    }

    /** The kernel gives the same numbers to whoever chooses none, so whoever always replaced them could replace the filter of somebody else. */
    private static String removal(Tc filter) {
        return "remove it (tc filter del dev " + filter.interfaceName() + " "
                + filter.direction().name().toLowerCase(Locale.ROOT) + " prio " + filter.priority() + " handle "
                + Integer.toUnsignedString(filter.handle())
                + " bpf), and let each start replace the filter of the previous start. Use numbers that nobody else uses, for example"
                + " withPriority(200).withHandle(1).withReplacement()";
    }

    private List<ProgramStatistics> othersCountingInSameMaps(LinkPins pins, ProgramInfo info) {
        Set<Integer> counted = pins.pinnedMaps(info.mapIds()).keySet();
        List<ProgramStatistics> users = counted.isEmpty() ? null : KernelMapUsers.programs(counted);
        return users == null
                ? List.of()
                : users.stream()
                        .filter(other -> other.id() != info.id() && hasName(other.id(), other.name()))
                        .toList();
    }

    /** Whether a program has the name of this one, of which the kernel keeps the first 15 characters. */
    private boolean hasName(int id, String name) {
        return name.equals(program.info().name()) && !isSibling.test(id);
    }

    /** Warns of a program that has a link, or that may be a filter of tc, which has none. */
    private void warnIfAttached(ProgramStatistics other) {
        Descriptor link = LinkCalls.find(fd -> LinkCalls.describe(fd).info().programId() == other.id());
        String how = link.fd() >= 0
                ? "is attached with link " + Integer.toUnsignedString(LinkCalls.close(link))
                : attachment instanceof Tc ? "may be attached as a filter (tc filter show)" : null;
        if (how != null) {
            WarningLog.RUNTIME.warn(
                    "second attachment of " + other.name(),
                    ErrorTable.message(
                            "ANOTHER_IS_ATTACHED",
                            errors.operation(),
                            other.name(),
                            Integer.toUnsignedString(other.id()),
                            how));
        }
    }

    /** The programs of a control group run for the processes of all groups below it, in addition to the programs of these groups. */
    private void warnOfRelatedGroup(AttachPoint point) {
        if (!(attachment instanceof Cgroup group)) {
            return;
        }
        Path directory = group.directory().toAbsolutePath().normalize();
        boolean isBelow = own.get().stream()
                .anyMatch(other -> other.hook() instanceof Cgroup below
                        && below.directory().toAbsolutePath().normalize().startsWith(directory));
        if (isBelow || point.effectiveProgramIds().contains(program.info().id())) {
            WarningLog.RUNTIME.warn(
                    "second attachment of " + program.name(),
                    ErrorTable.message("RELATED_GROUP", errors.operation(), isBelow ? "below" : "above"));
        }
    }

    /**
     * Checks the first attachment with a pin. Asks a hook for its programs. Throws if one has this program's name: an earlier run attached it, and its link is not pinned where this
     * run expects it, because another file system may hide the pin. Without this, the program would be attached twice, and events would be
     * counted twice.
     *
     * @param warns whether to log what this process can't know
     */
    void requireNone(@Nullable AttachPoint point, boolean warns) {
        Optional<List<Integer>> programs = point == null ? Optional.empty() : point.programIds();
        if (!runsOnce()) {
            requireNotOwn(programs);
        }
        if (point == null) {
            return;
        }
        List<Integer> unknown = new ArrayList<>();
        for (int id : programs.orElse(List.of())) {
            ProgramInfo info = ProgramInfo.ofId(id);
            if (info == null) {
                unknown.add(id);
            } else if (hasName(id, info.name())) {
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
                ErrorTable.message("UNKNOWN_PROGRAMS", errors.operation(), attachment.target(), programs));
    }

    private BpfException alreadyAttached(AttachPoint point, int programId) {
        Descriptor link = LinkCalls.find(fd -> {
            LinkCalls.Description found = LinkCalls.describe(fd);
            return point.isOf(found) && found.info().programId() == programId;
        });
        String existing = attachment.target() + " already has a program "
                + program.info().name() + ", the one with id " + Integer.toUnsignedString(programId);
        if (link.fd() < 0) {
            return errors.failed(Reason.LOSES_COUNTS, ErrorTable.message("ATTACHED_WITHOUT_LINK", existing));
        }
        String id = Integer.toUnsignedString(LinkCalls.close(link));
        if (path == null) {
            return errors.failed(Reason.LOSES_COUNTS, ErrorTable.message("ATTACHED_BY_OTHER", existing, id));
        }
        return errors.failed(
                Reason.LOSES_COUNTS,
                ErrorTable.message(
                        "ATTACHED_ELSEWHERE",
                        existing,
                        id,
                        path,
                        (attachment instanceof Xdp
                                ? "An interface runs only one XDP program in each mode"
                                : "If it is another program"
                                        + (program.name().equals(program.info().name())
                                                ? ""
                                                : ", and only the first 15 characters of the names, which the kernel keeps, are the same")
                                        + ", attach without a LinkPin and pin the link with KernelLink.pin")));
    }
}
