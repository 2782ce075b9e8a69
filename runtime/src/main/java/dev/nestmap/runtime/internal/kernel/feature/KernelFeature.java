/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.feature;

import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.MapCreationRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Features of newer kernels. A probe tries each feature in the running kernel once per process, because a distribution's kernel may have
 * features of a newer version. The tests of the runtime use the same probes.
 *
 * <p>A feature belongs here only if the caller must know its absence in advance, or if the exception of a load or an attachment names it. If a
 * failing call shows the absence by an errno, the caller reacts to the errno: see {@code BatchScan} and {@code KernelMapFactory}.
 */
public enum KernelFeature {
    /** Inner maps whose values have a lock ("bpf: Allow locking bpf_spin_lock in inner map values"). */
    LOCKS_IN_INNER_MAPS("6.2", KernelFeature::acceptsLockedInnerMaps),

    /** Maps of the type CGRP_STORAGE. */
    CGRP_STORAGE("6.2", KernelFeature::acceptsCgroupStorage),

    /** Links to many kernel functions. */
    KPROBE_MULTI("5.18", "CONFIG_FPROBE", () -> ProgramProbe.links("kprobe.multi")),

    /** Links to many kernel functions, for programs that run at their entries and returns. */
    KPROBE_SESSION("6.10", "CONFIG_FPROBE", () -> ProgramProbe.links("kprobe.session")),

    /** Links to many functions of a file. */
    UPROBE_MULTI("6.6", "CONFIG_UPROBE_EVENTS", () -> ProgramProbe.links("uprobe.multi")),

    /** Links to many functions of a file, for programs that run at their entries and returns. */
    UPROBE_SESSION("6.13", "CONFIG_UPROBE_EVENTS", () -> ProgramProbe.links("uprobe.session")),

    /** Links to netfilter hooks. */
    NETFILTER_LINKS("6.4", "CONFIG_NETFILTER_BPF_LINK", () -> ProgramProbe.answersThatItKnows("netfilter")),

    /** Links to structs of functions ({@code SEC(".struct_ops.link")}). */
    STRUCT_OPS_LINKS("6.4", KernelFeature::linksStructs),

    /** Links to the hooks tcx/ingress and tcx/egress of interfaces. */
    TCX("6.6", "CONFIG_NET_XGRESS", () -> ProgramProbe.hasHook(AttachType.TCX_INGRESS)),

    /** Links to netkit devices. */
    NETKIT("6.7", "CONFIG_NETKIT", () -> ProgramProbe.hasHook(AttachType.NETKIT_PRIMARY)),

    /** One grace period per batch of changes to an outer map ("bpf: Call maybe_wait_bpf_programs() only once"). */
    SHARED_GRACE_PERIODS("6.8", KernelFeature::sharesGracePeriods),

    /** Maps of the type ARENA. */
    ARENA("6.9", KernelFeature::acceptsArenas),

    /** {@code bpf_task_work} in values. A kernel without it treats the field as plain bytes, so even a per-CPU map may have it. */
    TASK_WORK("6.18", KernelFeature::knowsTaskWork),

    /** Ring buffers that overwrite their oldest events. */
    RB_OVERWRITE("6.19", KernelFeature::overwrites),

    /** Maps of the type RHASH. */
    RHASH("7.2", KernelFeature::acceptsResizedHashes);

    private static final Map<KernelFeature, Boolean> FOUND = new ConcurrentHashMap<>();

    /**
     * Errors that say nothing about the feature: a call returns them for lack of file descriptors, memory, time or capabilities, or because
     * a seccomp filter or a security module forbids it.
     */
    private static final Set<Integer> NO_ANSWERS = Set.of(
            ErrnoNumbers.EMFILE,
            ErrnoNumbers.ENFILE,
            ErrnoNumbers.ENOMEM,
            ErrnoNumbers.EINTR,
            ErrnoNumbers.EAGAIN,
            ErrnoNumbers.EPERM,
            ErrnoNumbers.EACCES,
            ErrnoNumbers.ENOSYS);

    private static final MapShape INNER = new MapShape("probe", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("probe", MapKind.HASH_OF_MAPS, 4, 4, 1, 0);

    /** A call that waits for a grace period takes milliseconds, a lookup without it 0.7 µs. */
    private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The number of calls that a probe times. A thread may lose its CPU during one of them, but hardly during all of them. */
    private static final int CALLS = 10;

    private final String since;
    private final @Nullable String option;

    @SuppressWarnings("ImmutableEnumChecker") // the probes have no state
    private final BooleanSupplier probe;

    KernelFeature(String since, BooleanSupplier probe) {
        this(since, null, probe);
    }

    KernelFeature(String since, @Nullable String option, BooleanSupplier probe) {
        this.since = since;
        this.option = option;
        this.probe = probe;
    }

    /** The feature that attachments need, by their kind and the program's attach type; null if every supported kernel has it. */
    public static @Nullable KernelFeature of(AttachmentKind kind, int attachType) {
        return switch (kind) {
            case TCX -> TCX;
            case NETKIT -> NETKIT;
            case NETFILTER -> NETFILTER_LINKS;
            case KPROBE_MULTI -> attachType == AttachType.TRACE_KPROBE_SESSION.number() ? KPROBE_SESSION : KPROBE_MULTI;
            case UPROBE_MULTI -> attachType == AttachType.TRACE_UPROBE_SESSION.number() ? UPROBE_SESSION : UPROBE_MULTI;
            default -> null;
        };
    }

    /** The feature that maps of this type need; null if every supported kernel has it. */
    public static @Nullable KernelFeature of(MapKind kind) {
        return switch (kind) {
            case ARENA -> ARENA;
            case CGRP_STORAGE -> CGRP_STORAGE;
            case RHASH -> RHASH;
            default -> null;
        };
    }

    /** The feature that maps of this type with these flags need; null if every supported kernel has it. */
    public static @Nullable KernelFeature of(MapKind kind, long flags) {
        return kind == MapKind.RINGBUF && (flags & MapFlags.RB_OVERWRITE) != 0 ? RB_OVERWRITE : of(kind);
    }

    /** The Linux version that introduced the feature, as {@code major.minor}. */
    public String since() {
        return since;
    }

    /** The build option that the kernel needs to have the feature; null if every kernel of a newer version has it. */
    public @Nullable String option() {
        return option;
    }

    /** The end of a message about a kernel without the feature. */
    public String lacking() {
        String needs = "this kernel has no " + this + ": it came with Linux " + since;
        return option == null ? needs : needs + ", and needs a kernel that was built with " + option;
    }

    /** Whether the running kernel certainly has the feature. False, too, if it refuses to try it; then the next call tries again. */
    public boolean isPresent() {
        return known().orElse(false);
    }

    /** Whether the running kernel certainly lacks the feature. False, too, if it refuses to try it; then the next call tries again. */
    public boolean isAbsent() {
        return !known().orElse(true);
    }

    private Optional<Boolean> known() {
        Boolean found = FOUND.get(this);
        return found == null ? answer() : Optional.of(found);
    }

    /** Tries the feature. Empty if the kernel refused for a reason that says nothing about the feature. */
    Optional<Boolean> answer() {
        try {
            boolean isPresent = probe.getAsBoolean();
            FOUND.put(this, isPresent);
            return Optional.of(isPresent);
        } catch (NoAnswerException e) {
            return Optional.empty();
        }
    }

    /** The kernel refused a probe for a reason that says nothing about the feature. */
    private static final class NoAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Returns the result of a probe's system call, if it says something about the kernel. */
    static int answered(int result) {
        if (NO_ANSWERS.contains(-result)) {
            throw new NoAnswerException();
        }
        return result;
    }

    private static boolean acceptsLockedInnerMaps() {
        return with(
                create(managed(MapKind.HASH, ManagedFieldType.SPIN_LOCK)),
                prototype -> withOuter(prototype, outer -> true));
    }

    private static boolean acceptsCgroupStorage() {
        long flags = MapKind.CGRP_STORAGE.requiredFlags();
        return isAccepted(create(
                new MapDef("probe", MapRole.PLAIN, MapKind.CGRP_STORAGE, 0, flags, Scalar.S32, Scalar.U64, null)));
    }

    /**
     * Times lookups instead of batches: the patches that let a batch wait only once also removed the wait from lookups, which are
     * easier to time.
     */
    private static boolean sharesGracePeriods() {
        return with(
                new MapCreationRequest(INNER).create(),
                prototype -> withOuter(prototype, KernelFeature::looksUpAtOnce));
    }

    /** Whether a lookup in this outer map returns without waiting for a grace period. */
    private static boolean looksUpAtOnce(int outer) {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        return returnsAtOnce(() ->
                block.call(key -> NativeLibraries.libbpf().bpf_map_lookup_elem_flags(outer, key, key + Long.BYTES, 0)));
    }

    /** Whether a call returns without waiting for a grace period. */
    static boolean returnsAtOnce(Runnable call) {
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            call.run();
            if (System.nanoTime() - start < WAITING_NANOS) {
                return true;
            }
        }
        return false;
    }

    private static boolean acceptsArenas() {
        MapShape arena = new MapShape("probe", MapKind.ARENA, 0, 0, 1, MapKind.ARENA.requiredFlags());
        return isAccepted(new MapCreationRequest(arena).create());
    }

    private static boolean overwrites() {
        int size = NativeLibraries.libc().getpagesize();
        return isAccepted(
                new MapCreationRequest(new MapShape("probe", MapKind.RINGBUF, 0, 0, size, MapFlags.RB_OVERWRITE))
                        .create());
    }

    private static boolean acceptsResizedHashes() {
        MapShape resized = new MapShape("probe", MapKind.RHASH, 4, 8, 1, MapKind.RHASH.requiredFlags());
        int map = new MapCreationRequest(resized).create();
        return map == -ErrnoNumbers.EPERM ? checksShapesFirst() : isAccepted(map);
    }

    /**
     * Whether the kernel refuses an impossible map before it asks for capabilities, as {@code map_create} in kernel/bpf/syscall.c does since
     * Linux 6.5. Then EPERM for a map means that its type exists.
     */
    private static boolean checksShapesFirst() {
        MapShape withoutKey = new MapShape("probe", MapKind.HASH, 0, 8, 1, 0);
        return answered(new MapCreationRequest(withoutKey).create()) == -ErrnoNumbers.EINVAL;
    }

    /**
     * Asks for a map with a type that is no struct of functions. A kernel that knows the flag of linked structs refuses the type, others
     * refuse the flag.
     */
    private static boolean linksStructs() {
        MapShape linked = new MapShape("probe", MapKind.STRUCT_OPS, Integer.BYTES, 0, 1, MapFlags.LINK);
        return answered(new MapCreationRequest(linked).kernelType(1).create()) == -ErrnoNumbers.ENOTSUPP;
    }

    private static boolean knowsTaskWork() {
        return !isAccepted(create(managed(MapKind.PERCPU_HASH, ManagedFieldType.TASK_WORK)));
    }

    private static MapDef managed(MapKind kind, ManagedFieldType type) {
        StructType value = StructType.of(
                "s", List.of(new StructType.Member("count", Scalar.U64), new StructType.Member("managed", type)));
        return new MapDef("probe", MapRole.PLAIN, kind, 1, 0, Scalar.U32, value, null);
    }

    /** Creates a map with BTF made from its definition. Returns its file descriptor or a negative errno. */
    private static int create(MapDef map) {
        return new MapCreationRequest(MapShape.of(map)).createWithTypesOf(map);
    }

    private static boolean withOuter(int prototype, IntPredicate probe) {
        return with(new MapCreationRequest(OUTER).innerMap(prototype).create(), probe);
    }

    private static boolean isAccepted(int map) {
        return with(map, created -> true);
    }

    /**
     * Probes a new map, and closes it.
     *
     * @param map the map's file descriptor. The result is false for a negative errno
     */
    private static boolean with(int map, IntPredicate probe) {
        try (Descriptor created = new Descriptor(map)) {
            return answered(created.fd()) >= 0 && probe.test(map);
        }
    }
}
