/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.program;

/**
 * Kinds of links, as the kernel distinguishes them ({@code enum bpf_link_type} of {@code linux/bpf.h}). Several ways to attach a program
 * have links of one kind: kprobes, uprobes, tracepoints and perf events all have {@link #PERF_EVENT}.
 */
public enum LinkKind {
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

    LinkKind(boolean updatable, String target) {
        this.updatable = updatable;
        this.target = target;
    }

    /**
     * Returns the kind with a number.
     *
     * @param number the value in {@code enum bpf_link_type}
     * @return the kind
     */
    public static LinkKind of(int number) {
        return number > 0 && number < values().length ? values()[number - 1] : OTHER;
    }

    /**
     * {@return whether {@link Link#update} can replace the program of such a link in one step}
     *
     * <p>The kernel decides it: the link types with {@code update_prog} in their {@code struct bpf_link_ops}, except netfilter, whose
     * function refuses (Linux 6.18). Nestmap excludes iterators: the kernel does not check that the new program stays within the keys and
     * values of the map, so it could read other memory of the kernel.
     */
    public boolean isUpdatable() {
        return updatable;
    }

    /**
     * {@return what the number {@link LinkInfo#target} identifies, such as {@code interface with index}; empty if links of this kind have
     * no target}
     */
    public String targetName() {
        return target;
    }
}
