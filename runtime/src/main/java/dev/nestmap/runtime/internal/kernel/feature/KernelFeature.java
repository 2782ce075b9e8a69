/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.feature;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.MapCreationRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.observe.FeatureSupport;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.program.AttachType;
import dev.nestmap.schema.program.AttachmentKind;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Features of newer kernels. A probe tries each feature in the running kernel once per process, because a distribution's kernel may have
 * features of a newer version. The tests of the runtime use the same probes.
 *
 * <p>A feature belongs here only if the caller must know its absence in advance, or if users choose by it how they write their programs. If
 * a failing call shows the absence by an errno, the caller reacts to the errno: see {@code BatchScan} and {@code KernelMapFactory}.
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

    /**
     * Functions that keep other threads from the CPU of a program. Interrupts with their softirqs still come, so a program that counts needs
     * atomic instructions all the same. Kernels without BTF have no functions for programs.
     */
    PREEMPT_DISABLE("6.10", "CONFIG_DEBUG_INFO_BTF", KernelFeature::letsProgramsDisablePreemption),

    /** {@code bpf_task_work} in values. A kernel without it treats the field as plain bytes, so even a per-CPU map may have it. */
    TASK_WORK("6.18", KernelFeature::knowsTaskWork),

    /** Ring buffers that overwrite their oldest events. */
    RB_OVERWRITE("6.19", KernelFeature::overwrites),

    /** Changes of an outer map that wait only for an expedited grace period: 0.1 ms instead of 8 ms. Older kernels have it with rcu_expedited. */
    FAST_OUTER_UPDATES("6.19", KernelFeature::updatesAtOnce),

    /** Timers and work queues in the maps of tracing programs. */
    TIMERS_IN_TRACING("7.0", KernelFeature::acceptsTimersInTracing),

    /** Reads and writes of one CPU's value in a per-CPU map. {@code PerCpu} reacts to the errno; users decide by it what they write. */
    VALUE_OF_ONE_CPU("7.0", KernelFeature::readsValueOfOneCpu),

    /** Maps of the type RHASH. */
    RHASH("7.2", KernelFeature::acceptsResizedHashes),

    /** Maps of the type LPM_TRIE in programs that may sleep. */
    TRIES_IN_SLEEPABLE("7.2", KernelFeature::acceptsTriesInSleepable);

    private static final Map<KernelFeature, Boolean> FOUND = new ConcurrentHashMap<>();

    /** Whether the kernel has denied a call of the probe that this thread runs. A later probe may run with more capabilities. */
    private static final ThreadLocal<Boolean> DENIED = ThreadLocal.withInitial(() -> false);

    /** Errors that a call returns for lack of file descriptors, memory or time. */
    private static final Set<Integer> LACKING = Set.of(
            ErrnoNumbers.EMFILE, ErrnoNumbers.ENFILE, ErrnoNumbers.ENOMEM, ErrnoNumbers.EINTR, ErrnoNumbers.EAGAIN);

    private static final MapShape INNER = new MapShape("probe", MapKind.HASH, 4, 8, 1, 0);
    private static final MapShape OUTER = new MapShape("probe", MapKind.HASH_OF_MAPS, 4, 4, 1, 0);

    /** A call that waits for a grace period takes milliseconds, a lookup without it 0.7 µs, an update with an expedited one 0.1 ms. */
    private static final long WAITING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The number of calls that a probe times. A thread may lose its CPU during one of them, but hardly during all of them. */
    private static final int CALLS = 10;

    /** The types of the kernel, with the names of the functions that programs may call. */
    private static final Path KERNEL_TYPES = Path.of("/sys/kernel/btf/vmlinux");

    /** The names of the kernel's functions and variables. */
    private static final Path KERNEL_SYMBOLS = Path.of("/proc/kallsyms");

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

    /**
     * Returns all features, and whether the running kernel has them.
     *
     * @throws BpfException if this process lacks a capability that the probes need
     */
    public static List<FeatureSupport> all() {
        NativeLibraries.libbpf(); // the probes need it
        String lacking = LinuxCapability.lacking();
        if (!lacking.isEmpty()) {
            throw BpfException.of(Reason.NOT_PERMITTED, "probing of the kernel's features")
                    .because("without capabilities it is not known what the kernel has" + lacking)
                    .build();
        }
        return Stream.of(values())
                .map(feature ->
                        new FeatureSupport(feature.name(), feature.isPresent(), feature.since(), feature.option()))
                .toList();
    }

    /**
     * Whether the running kernel has the feature. If this process lacks the capabilities to try it, the result is right for {@link #RHASH}
     * and {@link #PREEMPT_DISABLE}, true for {@link #NETFILTER_LINKS} and {@link #TASK_WORK}, and false for the others, and
     * tried again by the next call.
     */
    public boolean isPresent() {
        Boolean found = FOUND.get(this);
        return found != null ? found : answer().orElse(false);
    }

    /** Tries the feature. Empty if the kernel had no resources for the probe, which says nothing about the feature. */
    Optional<Boolean> answer() {
        DENIED.set(false);
        try {
            boolean isPresent = probe.getAsBoolean();
            if (!DENIED.get()) {
                FOUND.put(this, isPresent);
            }
            return Optional.of(isPresent);
        } catch (NoAnswerException e) {
            return Optional.empty();
        } finally {
            DENIED.remove();
        }
    }

    /** The kernel could not answer a probe for lack of resources. */
    private static final class NoAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Returns the result of a probe's system call, if it says something about the kernel. */
    static int answered(int result) {
        if (LACKING.contains(-result)) {
            throw new NoAnswerException();
        }
        if (result == -ErrnoNumbers.EPERM || result == -ErrnoNumbers.EACCES) {
            DENIED.set(true);
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

    /** Times updates of an outer map with its own prototype. */
    private static boolean updatesAtOnce() {
        return with(
                new MapCreationRequest(INNER).create(),
                prototype -> withOuter(prototype, outer -> updatesAtOnce(outer, prototype)));
    }

    private static boolean updatesAtOnce(int outer, int inner) {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES);
        block.bytes().putInt(Long.BYTES, inner);
        return returnsAtOnce(() ->
                block.call(key -> NativeLibraries.libbpf().bpf_map_update_elem(outer, key, key + Long.BYTES, 0)));
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

    /** Looks the function up by its name. No system call has an answer without the id that the kernel's types give to the function. */
    private static boolean letsProgramsDisablePreemption() {
        try {
            if (!Files.exists(KERNEL_TYPES)) {
                return isInSymbols("bpf_preempt_disable");
            }
            byte[] types = Files.readAllBytes(KERNEL_TYPES);
            return new String(types, StandardCharsets.ISO_8859_1).contains("\0bpf_preempt_disable\0");
        } catch (IOException | UncheckedIOException e) {
            throw new NoAnswerException();
        }
    }

    /** Whether the kernel has its types, which a container may hide, and this function. */
    private static boolean isInSymbols(String function) throws IOException {
        if (!Files.exists(KERNEL_SYMBOLS)) {
            return false;
        }
        try (BufferedReader symbols =
                Files.newBufferedReader(KERNEL_SYMBOLS)) { // Files.lines fails in an interrupted thread
            return symbols.lines()
                            .filter(line -> line.endsWith(" __start_BTF") || line.endsWith(" " + function))
                            .count()
                    == 2;
        }
    }

    private static boolean acceptsTimersInTracing() {
        return Stream.of(ManagedFieldType.TIMER, ManagedFieldType.WORK_QUEUE)
                .allMatch(type -> with(
                        create(managed(MapKind.HASH, type)),
                        map -> ProgramProbe.answersThatItMayUse(ProgramType.KPROBE, map)));
    }

    private static boolean readsValueOfOneCpu() {
        OffHeapBlock block = OffHeapBlock.allocate(2 * Long.BYTES); // older kernels refuse the flag, and write no value
        MapShape values = new MapShape("probe", MapKind.PERCPU_ARRAY, 4, 8, 1, 0);
        return with(
                new MapCreationRequest(values).create(),
                map -> block.call(key -> NativeLibraries.libbpf()
                                .bpf_map_lookup_elem_flags(map, key, key + Long.BYTES, RawMap.ofCpu(0)))
                        == 0);
    }

    private static boolean acceptsTriesInSleepable() {
        MapShape trie = new MapShape("probe", MapKind.LPM_TRIE, 8, 8, 1, MapKind.LPM_TRIE.requiredFlags());
        return with(
                new MapCreationRequest(trie).create(),
                map -> ProgramProbe.answersThatItMayUse(ProgramType.SYSCALL, map));
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
