/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;
import java.nio.file.Path;

/** A link of the kernel. It can be inspected and pinned, and its program can be replaced. */
public interface KernelLink extends Link {
    /**
     * Reads what the kernel knows about the link.
     *
     * @return the information
     * @throws BpfException if the link is closed
     */
    Info info();

    /**
     * Pins the link, so that the program stays attached when the link, the object or the process ends. {@link #detach} detaches the
     * program.
     *
     * @param path path of the pin, where nothing may be pinned yet. A relative path is below the directory of the {@code PinOptions} that
     *     the object was loaded with, whose owner and permissions it gets.
     * @throws BpfException if the path is not in a BPF file system, if something is pinned there, or if the kernel rejects the operation
     */
    void pin(Path path);

    /**
     * Replaces the attached program in one step ({@code BPF_LINK_UPDATE}): each event runs either the old or the new program. On return the
     * old program may still be running on other CPUs.
     *
     * <p>Fails if another process has replaced the program since this link was made, opened or updated. With CAP_SYS_ADMIN, or if the old
     * program belongs to an open object of this process, the kernel checks it together with the update. Otherwise Nestmap checks it
     * right before.
     *
     * @param program the new program, loaded by Nestmap
     * @throws BpfException if links of this kind can't be updated ({@link Kind#isUpdatable}), if the program does not fit, or if
     *     another program is attached by now; the old program stays attached then
     */
    void update(Program program);

    /**
     * Detaches the program even if the link is pinned, removes the pin that this link was pinned at or opened from, and closes the link. If
     * another process has a link of a kind that the kernel can't detach, the program stays attached until that process closes it. Does
     * nothing if the link is closed.
     *
     * <p>Waits for other processes that change links pinned in the same directory, for half a minute at most. Other threads may close the
     * link or the object meanwhile.
     *
     * @throws BpfException if another process has replaced the program since this link was made, opened or updated, if the pin can't be
     *     removed, if the kernel can't detach the program now, or if the link was closed while this method waited; the program stays
     *     attached then, and the link pinned
     */
    void detach();

    /**
     * What the kernel says about a link ({@code struct bpf_link_info} of {@code linux/bpf.h}).
     *
     * @param id the kernel's id of the link, as {@code bpftool link} shows it
     * @param kind the kind of the link
     * @param programId the kernel's id of the program that runs
     * @param target a number that identifies what the program is attached to, see {@link Kind#targetName}; 0 if the kind has none. Indexes
     *     of interfaces are those of the interface's network namespace.
     * @param attached false if the interface, control group or namespace no longer exists, or if the link was detached: its program does not
     *     run any more, and never will
     */
    public record Info(int id, Kind kind, int programId, long target, boolean attached) {
        @Override
        public String toString() {
            String to = kind.targetName().isEmpty() ? "" : ", " + kind.targetName() + " " + target;
            return "link " + Integer.toUnsignedString(id) + " (" + kind + (attached ? to : ", detached") + ", program "
                    + Integer.toUnsignedString(programId) + ")";
        }
    }

    /**
     * Kinds of links, as the kernel distinguishes them ({@code enum bpf_link_type} of {@code linux/bpf.h}). Several ways to attach a program
     * have links of one kind: kprobes, uprobes, tracepoints and perf events all have {@link #PERF_EVENT}.
     */
    public enum Kind {
        /** A raw tracepoint. */
        RAW_TRACEPOINT(false, ""),

        /** A kernel function, a tracepoint with types, or a security hook. */
        TRACING(false, ""),

        /** A control group. */
        CGROUP(true, "control group with id"),

        /** An iterator. */
        ITERATOR(false, ""),

        /** A network namespace. */
        NETNS(true, "network namespace with inode"),

        /** The XDP hook of an interface. */
        XDP(true, "interface with index"),

        /** A perf event: also that of a kprobe, uprobe or tracepoint. */
        PERF_EVENT(false, ""),

        /** Many kernel functions. */
        KPROBE_MULTI(false, ""),

        /** A struct_ops map. */
        STRUCT_OPS(false, "map with id"),

        /** A netfilter hook. */
        NETFILTER(false, ""),

        /** A tcx hook of an interface. */
        TCX(true, "interface with index"),

        /** Many functions of a file. */
        UPROBE_MULTI(false, ""),

        /** A side of a netkit device. */
        NETKIT(true, "interface with index"),

        /** A map of sockets. */
        SOCKET_MAP(true, "map with id"),

        /** A kind that this version of Nestmap does not know. */
        OTHER(false, "");

        private final boolean updatable;
        private final String target;

        Kind(boolean updatable, String target) {
            this.updatable = updatable;
            this.target = target;
        }

        /**
         * Returns the kind with a number.
         *
         * @param number the value in {@code enum bpf_link_type}
         * @return the kind
         */
        public static Kind of(int number) {
            return number > 0 && number < values().length ? values()[number - 1] : OTHER;
        }

        /**
         * {@return whether {@link KernelLink#update} can replace the program of such a link in one step}
         *
         * <p>The kernel decides it: the link types with {@code update_prog} in their {@code struct bpf_link_ops}, except netfilter, whose
         * function refuses (Linux 6.18). Nestmap excludes iterators: the kernel does not check that the new program stays within the keys and
         * values of the map, so it could read other memory of the kernel.
         */
        public boolean isUpdatable() {
            return updatable;
        }

        /**
         * {@return what the number {@link Info#target} identifies, such as {@code interface with index}; empty if links of this kind have
         * no target}
         */
        public String targetName() {
            return target;
        }
    }
}
