/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

/** Ways to attach programs. The runtime has a type or a method for each. */
public enum AttachmentKind {
    XDP(Area.NETWORK, "Xdp.Kind", "attach(Xdp.on(\"eth0\"))"),
    TCX(Area.NETWORK, "Tcx.Kind", "attach(Tcx.ingress(\"eth0\"))"),
    NETKIT(Area.NETWORK, "Tc.Kind", "attach(Netkit.primary(\"nk0\"))"),
    TC(Area.NETWORK, "Tc.Kind", "attach(Tc.ingress(\"eth0\"))"),
    CGROUP(Area.NETWORK, "Cgroup.Kind", "attach(Cgroup.of(Path.of(\"/sys/fs/cgroup/...\")))"),
    NETNS(Area.NETWORK, "Netns.Kind", "attach(Netns.current())"),
    NETFILTER(Area.NETWORK, "Netfilter.Kind", "attach(Netfilter.ipv4(Netfilter.Place.LOCAL_IN))"),
    SOCKET_MAP(Area.NETWORK, "", "map.attach(program), with a SOCKMAP or SOCKHASH"),
    SOCKET_FILTER(Area.NETWORK, "SocketFilter.Kind", "attach(SocketFilter.of(descriptor))"),
    REUSEPORT(Area.NETWORK, "Reuseport.Kind", "attach(Reuseport.of(descriptor))"),
    PERF_EVENT(
            Area.TRACING,
            "PerfEvent.Kind",
            "attach(PerfEvent.software(PerfEvent.Software.CPU_CLOCK).withFrequency(99))"),
    KPROBE(Area.TRACING, "Kprobe.Kind", "attach(Kprobe.onEntry(\"do_unlinkat\"))"),
    KPROBE_MULTI(Area.TRACING, "Kprobe.Multi.Kind", "attach(Kprobe.Multi.onEntryMatching(\"vfs_*\"))"),
    UPROBE(Area.TRACING, "Uprobe.Kind", "attach(Uprobe.onEntry(Path.of(\"/usr/lib/...\"), \"malloc\"))"),
    UPROBE_MULTI(
            Area.TRACING,
            "Uprobe.Multi.Kind",
            "attach(Uprobe.Multi.onEntry(Path.of(\"/usr/lib/...\"), \"malloc\", \"free\"))"),
    USDT(Area.TRACING, "Usdt.Kind", "attach(Usdt.of(Path.of(\"/usr/lib/...\"), \"libc\", \"setjmp\"))"),
    TRACEPOINT(Area.TRACING, "Tracepoint.Kind", "attach(Tracepoint.of(\"sched\", \"sched_switch\"))"),
    RAW_TRACEPOINT(Area.TRACING, "Tracepoint.Raw.Kind", "attach(Tracepoint.Raw.of(\"sys_enter\"))"),
    TRACING(Area.TRACING, "Tracing.Kind", "attach(), with a section that names the target, such as fentry/do_unlinkat"),
    STRUCT_OPS(
            Area.TRACING,
            "",
            "attachStructOps(\"my_struct\") of the loaded object, with the name of the struct that has the function");

    /** The part of the kernel in which programs run. It decides which capability attaching requires. */
    public enum Area {
        NETWORK,
        TRACING
    }

    private final Area area;
    private final String programs;
    private final String call;

    AttachmentKind(Area area, String programs, String call) {
        this.area = area;
        this.programs = programs;
        this.call = call;
    }

    /** Where the programs run. */
    public Area area() {
        return area;
    }

    /** The name of the class for the kind of the programs, as a type argument; empty if no hook attaches them. */
    public String programs() {
        return programs;
    }

    /** The call or tool that attaches a program in this way. Messages put it after the word "use". */
    public String call() {
        return call;
    }
}
