/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;

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
     * Pins the link. The program then stays attached when the link or the object is closed, or when the process ends. Use {@link #detach} to
     * detach the program.
     *
     * <p>If the link can't be updated ({@link Kind#isUpdatable}), {@link LinkPin.Replacement#OVERLAP} also uses the path with {@code
     * -overlap} at its end. {@code detach} also ends a link that is pinned there.
     *
     * @param pin the pin; nothing may be pinned at its path yet. Its owner and permissions, and the directory of a relative path, come from the
     *     {@code PinOptions} of the object
     * @throws BpfException if the path is not in a BPF file system, if something is pinned there, if the program uses maps without pins and the pin
     *     was made without {@link LinkPin#withUnpinnedMaps}, if another process owns the pins in the directory ({@link Reason#BUSY}), or if the
     *     kernel rejects the operation
     */
    void pin(LinkPin pin);

    /**
     * Replaces the attached program in one step ({@code BPF_LINK_UPDATE}): each event runs either the old or the new program. When this
     * method returns, the old program may still be running on other CPUs.
     *
     * <p>Fails if another process has replaced the program since this link was created, opened or updated. The kernel checks this together
     * with the update if this process has CAP_SYS_ADMIN. Otherwise Nestmap checks it right before the update.
     *
     * @param program the new program, loaded by Nestmap
     * @throws BpfException if links of this kind can't be updated ({@link Kind#isUpdatable}), if the program does not fit, if another process has
     *     replaced the program or owns the pins in this link's directory ({@link Reason#BUSY}), or if the new program counts in pinned maps that were
     *     replaced. The attached program stays
     */
    void update(Program program);

    /**
     * Detaches the program even if the link is pinned, removes the last pin of this link, and closes the link. The kernel can't detach some kinds of
     * links. The program of such a link stays attached while another process has the link open, or while the link has another pin. Does nothing if
     * this link was closed.
     *
     * @throws BpfException if another process has replaced the program since this link was created, opened or updated, or if another process
     *     owns the pins in the link's directory ({@link Reason#BUSY}). The link stays attached and pinned
     * @throws BpfException if the object of the program was closed; a pinned link stays attached, and can be opened from its pin
     * @throws BpfException if the pin can't be removed, or if the kernel can't detach the program now; the link stays attached and pinned
     */
    void detach();

    /**
     * The kernel's information about a link ({@code struct bpf_link_info} of {@code linux/bpf.h}).
     *
     * @param id the kernel's id of the link, as {@code bpftool link} shows it
     * @param kind the kind of the link
     * @param programId the kernel's id of the attached program
     * @param target a number that identifies the program's target, see {@link Kind#targetName}; 0 if the kind has none. The index of an
     *     interface is valid in the interface's network namespace.
     * @param attached false if the interface, control group or namespace no longer exists, or if the link was detached: the program will
     *     never run again. The kernel does not show this for netfilter
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
     * Kinds of links in the kernel ({@code enum bpf_link_type} of {@code linux/bpf.h}). Kprobes, uprobes, tracepoints and perf events all
     * have the kind {@link #PERF_EVENT}.
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

        /** A perf event, including the event of a kprobe, uprobe or tracepoint. */
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
         * <p>The kernel can update links that have {@code update_prog} in their {@code struct bpf_link_ops}. Exceptions are netfilter links, whose
         * function always fails (Linux 6.18), and iterators, which Nestmap does not attach.
         */
        public boolean isUpdatable() {
            return updatable;
        }

        /**
         * {@return the meaning of {@link Info#target}, such as {@code interface with index}; empty if links of this kind have no target}
         */
        public String targetName() {
            return target;
        }
    }
}
