/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static dev.nestmap.schema.MapFlags.FD_ACCESS;
import static dev.nestmap.schema.MapFlags.INNER_MAP;
import static dev.nestmap.schema.MapFlags.MMAPABLE;
import static dev.nestmap.schema.MapFlags.NO_COMMON_LRU;
import static dev.nestmap.schema.MapFlags.NO_PREALLOC;
import static dev.nestmap.schema.MapFlags.NO_USER_CONV;
import static dev.nestmap.schema.MapFlags.NUMA_NODE;
import static dev.nestmap.schema.MapFlags.PRESERVE_ELEMS;
import static dev.nestmap.schema.MapFlags.PROG_ACCESS;
import static dev.nestmap.schema.MapFlags.RB_OVERWRITE;
import static dev.nestmap.schema.MapFlags.RDONLY_PROG;
import static dev.nestmap.schema.MapFlags.SEGV_ON_FAULT;
import static dev.nestmap.schema.MapFlags.STACK_BUILD_ID;
import static dev.nestmap.schema.MapFlags.ZERO_SEED;
import static dev.nestmap.schema.MapKind.BatchCommand.DELETE;
import static dev.nestmap.schema.MapKind.BatchCommand.LOOKUP;
import static dev.nestmap.schema.MapKind.BatchCommand.UPDATE;
import static dev.nestmap.schema.MapKind.KeyRule.ANY;
import static dev.nestmap.schema.MapKind.KeyRule.INDEX;
import static dev.nestmap.schema.MapKind.KeyRule.NONE;
import static dev.nestmap.schema.MapKind.KeyRule.NUMBER;
import static dev.nestmap.schema.MapKind.KeyRule.PREFIX;
import static dev.nestmap.schema.MapKind.ValueRule.BYTES;
import static dev.nestmap.schema.MapKind.ValueRule.FD;
import static dev.nestmap.schema.MapKind.ValueRule.MAP;
import static dev.nestmap.schema.MapKind.ValueRule.MEMORY;
import static dev.nestmap.schema.MapKind.ValueRule.PER_CPU;
import static dev.nestmap.schema.MapKind.ValueRule.PROGRAM;
import static dev.nestmap.schema.MapKind.ValueRule.RECORDS;
import static dev.nestmap.schema.MapStructure.DESCRIPTORS;
import static dev.nestmap.schema.MapStructure.DEVICES;
import static dev.nestmap.schema.MapStructure.ELEMENTS;
import static dev.nestmap.schema.MapStructure.EVENTS;
import static dev.nestmap.schema.MapStructure.MAPS;
import static dev.nestmap.schema.MapStructure.PAGES;
import static dev.nestmap.schema.MapStructure.PERF_EVENTS;
import static dev.nestmap.schema.MapStructure.REQUESTS;
import static dev.nestmap.schema.MapStructure.SET;
import static dev.nestmap.schema.MapStructure.TABLE;
import static dev.nestmap.schema.MapStructure.TRACES;
import static dev.nestmap.schema.MapStructure.TRIE;
import static dev.nestmap.schema.MapStructure.VALUES;
import static dev.nestmap.schema.SizeRange.exactly;
import static dev.nestmap.schema.SizeRange.multiplesOf;
import static dev.nestmap.schema.SizeRange.range;

import dev.nestmap.schema.type.ManagedFieldType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The kernel's map types ({@code enum bpf_map_type} in {@code linux/bpf.h}), one row each: the values that the kernel accepts when it
 * creates such a map, and the operations of Nestmap on it. The getters below describe the columns; a column that a row leaves out has the
 * default of {@code Row}.
 *
 * <p>The limits were measured on Linux 6.18 and 7.3 by creating maps at and just above each limit. {@code KernelSizesTest} and
 * {@code KernelFlagsTest} repeat the measurement on the running kernel. On a 64-bit machine with pages of 4 KiB, the kernel computes the
 * limits as follows ({@code KMALLOC_MAX_SIZE} is 4 MiB):
 *
 * <ul>
 *   <li>{@code htab_map_alloc_check} (kernel/bpf/hashtab.c): {@code key_size + value_size >= KMALLOC_MAX_SIZE - sizeof(struct
 *       htab_elem)}, which is 4 MiB - 48, gives E2BIG. The value of a map of maps has 4 bytes.
 *   <li>{@code htab_map_alloc}: {@code max_entries}, rounded up to a power of two, above {@code U32_MAX / sizeof(struct bucket)}, which
 *       is 2^28 - 1, gives E2BIG. So the maximum is 2^27.
 *   <li>{@code sock_hash_alloc} (net/core/sock_map.c) has the same limit and gives EINVAL. {@code stack_map_alloc}
 *       (kernel/bpf/stackmap.c, E2BIG) and {@code dev_map_init_map} (kernel/bpf/devmap.c, EINVAL) accept up to 2^31, which can still be
 *       rounded up.
 *   <li>{@code cpu_map_alloc} (kernel/bpf/cpumap.c): {@code max_entries > NR_CPUS} gives E2BIG. No kernel is built for more than 8,192 CPUs
 *       (the range of NR_CPUS in arch/&#42;/Kconfig), and most for fewer.
 *   <li>{@code array_map_alloc_check} (kernel/bpf/arraymap.c): {@code value_size > INT_MAX} gives E2BIG. {@code max_entries} is limited
 *       by memory only (ENOMEM).
 *   <li>A value per CPU, rounded up to 8 bytes, has at most {@code PCPU_MIN_UNIT_SIZE} (include/linux/percpu.h), which is 32 KiB (else
 *       E2BIG).
 *   <li>{@code trie_alloc} (kernel/bpf/lpm_trie.c): a key is 4 bytes of length and 1 to 256 bytes of prefix; a value has at most {@code
 *       KMALLOC_MAX_SIZE - 256 - sizeof(struct lpm_trie_node)}. A node has 24 bytes on Linux 6.18 and 7.3. On 6.1 it has 40, so this kernel
 *       refuses the 16 largest sizes.
 *   <li>{@code rhtab_map_alloc_check} (kernel/bpf/hashtab.c, Linux 7.2): a key above 65,535 bytes and a {@code map_extra} above 65,535
 *       give E2BIG, a {@code map_extra} above {@code max_entries} gives EINVAL.
 *   <li>{@code bpf_local_storage_map_alloc_check} (kernel/bpf/bpf_local_storage.c): a value above {@code U16_MAX - sizeof(struct
 *       bpf_local_storage_elem)}, which has 128 bytes, gives E2BIG; {@code max_entries} other than 0 gives EINVAL.
 *   <li>{@code cgroup_storage_map_alloc} (kernel/bpf/local_storage.c): the same limits, and for values per CPU {@code
 *       PCPU_MIN_UNIT_SIZE}; a key is a {@code __u64} or {@code struct bpf_cgroup_storage_key}, which has 16 bytes.
 *   <li>{@code dev_map_init_map} (devmap.c), {@code cpu_map_alloc} (cpumap.c), {@code sock_map_alloc} and {@code sock_hash_alloc}
 *       (sock_map.c), {@code reuseport_array_alloc_check}, {@code xsk_map_alloc} (net/xdp/xskmap.c) and {@code fd_array_map_alloc_check}
 *       (arraymap.c): a value is one or two numbers of 4 bytes.
 *   <li>{@code stack_map_alloc} (stackmap.c): a value is a list of addresses (8 bytes each), or of {@code struct bpf_stack_build_id} (32
 *       bytes each) with the flag STACK_BUILD_ID, up to {@code kernel.perf_event_max_stack}, which is 127 by default.
 *   <li>Flags: {@code ..._CREATE_FLAG_MASK} in the source file of each type, and its {@code map_alloc_check}.
 * </ul>
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes a row after the table is built
public enum MapKind {
    // spotless:off
    HASH(1, row(TABLE, ANY, BYTES).maxEntries(1L << 27).maxEntrySize((4L << 20) - 49)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS | ZERO_SEED | NO_PREALLOC)
            .allFields().allBatches()),
    ARRAY(2, row(VALUES, INDEX, BYTES).maxValueSize(Integer.MAX_VALUE).fixedLength()
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS | MMAPABLE | INNER_MAP)
            .allFields().batches(LOOKUP, UPDATE)),
    PROG_ARRAY(3, row(DESCRIPTORS, INDEX, PROGRAM).valueSizes(exactly(4))
            .flags(NUMA_NODE | FD_ACCESS)),
    PERF_EVENT_ARRAY(4, row(PERF_EVENTS, INDEX, FD).valueSizes(exactly(4))
            .flags(NUMA_NODE | FD_ACCESS | PRESERVE_ELEMS)),
    PERCPU_HASH(5, row(TABLE, ANY, PER_CPU).maxEntries(1L << 27).maxEntrySize((4L << 20) - 49).maxValueSize(32_768)
            .flags(FD_ACCESS | PROG_ACCESS | ZERO_SEED | NO_PREALLOC)
            .allBatches()),
    PERCPU_ARRAY(6, row(VALUES, INDEX, PER_CPU).maxValueSize(32_768).fixedLength()
            .flags(FD_ACCESS | PROG_ACCESS)
            .batches(LOOKUP, UPDATE)),
    STACK_TRACE(7, row(TRACES, NUMBER, BYTES).maxEntries(1L << 31).valueSizes(multiplesOf(8, 8 * 127), multiplesOf(32, 32 * 127))
            .flags(NUMA_NODE | FD_ACCESS | STACK_BUILD_ID)),
    CGROUP_ARRAY(8, row(DESCRIPTORS, INDEX, FD).valueSizes(exactly(4))
            .flags(NUMA_NODE | FD_ACCESS)),
    LRU_HASH(9, row(TABLE, ANY, BYTES).maxEntries(1L << 27).maxEntrySize((4L << 20) - 49)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS | ZERO_SEED | NO_COMMON_LRU)
            .fields(ManagedFieldType.TIMER, ManagedFieldType.WORK_QUEUE, ManagedFieldType.TASK_WORK).allBatches()),
    LRU_PERCPU_HASH(10, row(TABLE, ANY, PER_CPU).maxEntries(1L << 27).maxEntrySize((4L << 20) - 49).maxValueSize(32_768)
            .flags(FD_ACCESS | PROG_ACCESS | ZERO_SEED | NO_COMMON_LRU)
            .allBatches()),
    LPM_TRIE(11, row(TRIE, PREFIX, BYTES).keySizes(range(5, 260)).valueSizes(range(1, (4L << 20) - 256 - 24))
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS).requires(NO_PREALLOC)
            .batches(LOOKUP, UPDATE, DELETE)),
    ARRAY_OF_MAPS(12, row(MAPS, INDEX, MAP).valueSizes(exactly(4))
            .flags(NUMA_NODE | FD_ACCESS)
            .batches(LOOKUP, UPDATE)),
    HASH_OF_MAPS(13, row(MAPS, ANY, MAP).valueSizes(exactly(4)).maxEntries(1L << 27).maxEntrySize((4L << 20) - 49)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS | ZERO_SEED | NO_PREALLOC)
            .allBatches()),
    DEVMAP(14, row(DEVICES, INDEX, BYTES).valueSizes(multiplesOf(4, 8))
            .flags(NUMA_NODE | FD_ACCESS).implies(RDONLY_PROG)),
    SOCKMAP(15, row(DESCRIPTORS, INDEX, FD).valueSizes(multiplesOf(4, 8))
            .flags(NUMA_NODE | FD_ACCESS)),
    CPUMAP(16, row(DEVICES, INDEX, BYTES).valueSizes(multiplesOf(4, 8)).maxEntries(8192)
            .flags(NUMA_NODE)),
    XSKMAP(17, row(DESCRIPTORS, INDEX, FD).valueSizes(exactly(4)).fixedLength()
            .flags(NUMA_NODE | FD_ACCESS)),
    SOCKHASH(18, row(DESCRIPTORS, ANY, FD).keySizes(range(1, 512)).valueSizes(multiplesOf(4, 8)).maxEntries(1L << 27)
            .flags(NUMA_NODE | FD_ACCESS)),
    CGROUP_STORAGE(19, cgroupStorage(BYTES).maxValueSize(65_407)
            .fields(ManagedFieldType.SPIN_LOCK)),
    REUSEPORT_SOCKARRAY(20, row(DESCRIPTORS, INDEX, FD).valueSizes(multiplesOf(4, 8))
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS)),
    PERCPU_CGROUP_STORAGE(21, cgroupStorage(PER_CPU).maxValueSize(32_768)),
    QUEUE(22, row(ELEMENTS, NONE, BYTES).maxValueSize(4L << 20)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS)),
    STACK(23, row(ELEMENTS, NONE, BYTES).maxValueSize(4L << 20)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS)),
    SK_STORAGE(24, storage()),
    DEVMAP_HASH(25, row(DEVICES, NUMBER, BYTES).valueSizes(multiplesOf(4, 8)).maxEntries(1L << 31)
            .flags(NUMA_NODE | FD_ACCESS).implies(RDONLY_PROG)),
    STRUCT_OPS(26, unsupported(INDEX, BYTES)),
    RINGBUF(27, row(EVENTS, NONE, RECORDS)
            .flags(NUMA_NODE | RB_OVERWRITE)),
    INODE_STORAGE(28, storage()),
    TASK_STORAGE(29, storage()),
    BLOOM_FILTER(30, row(SET, NONE, BYTES).maxValueSize(4L << 20).maxExtra(15)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS | ZERO_SEED)),
    USER_RINGBUF(31, row(REQUESTS, NONE, RECORDS)
            .flags(NUMA_NODE)),
    CGRP_STORAGE(32, storage()),
    ARENA(33, row(PAGES, NONE, MEMORY).maxEntries(1L << 20).anyExtra()
            .flags(SEGV_ON_FAULT | NO_USER_CONV).requires(MMAPABLE)),
    INSN_ARRAY(34, unsupported(INDEX, BYTES)),
    RHASH(35, row(TABLE, ANY, BYTES).maxEntries(1L << 31).keySizes(range(1, 65_535)).maxEntrySize((4L << 20) - 49).maxExtra(65_535)
            .flags(NUMA_NODE | FD_ACCESS | PROG_ACCESS).requires(NO_PREALLOC)
            .allFields().allBatches().resized());
    // spotless:on

    /** The smallest page of any machine, in bytes. libbpf and Nestmap enlarge a ring buffer if pages are larger. */
    public static final int PAGE_SIZE = 4096;

    /** How an entry is found. */
    public enum KeyRule {
        /** By a key of any type. */
        ANY,
        /** By an index from 0 to {@code max_entries - 1}, in 4 bytes. */
        INDEX,
        /** By any number of 4 bytes. */
        NUMBER,
        /** By a prefix: 4 bytes with the number of significant bits, then the bits. */
        PREFIX,
        /**
         * By the object that owns the entry: a socket, inode, task or control group. The kernel deletes the entry together with its
         * owner. Programs pass a pointer to the owner, user space a file descriptor, which is a key of 4 bytes.
         */
        OWNER,
        /**
         * By the number of a control group, alone or with the type of an attachment ({@code struct bpf_cgroup_storage_key}). The kernel
         * compares these numbers, and not all bytes.
         */
        CGROUP,
        /** The map has no keys. */
        NONE;

        /** Whether the kernel requires a key of 4 bytes and reads it as one number. */
        public boolean isNumber() {
            return this == INDEX || this == NUMBER;
        }
    }

    /** The values of a map type. */
    public enum ValueRule {
        /** Bytes of the record. */
        BYTES,
        /** Bytes of the record, once for each CPU. */
        PER_CPU,
        /** An inner map. */
        MAP,
        /** A program. */
        PROGRAM,
        /** A socket, a control group or a perf event, which user space writes as a file descriptor. */
        FD,
        /** Records of a stream, whose size the kernel does not know: {@code value_size} is 0. */
        RECORDS,
        /** Nothing: the map is memory without entries. */
        MEMORY
    }

    /** The batch commands of {@code bpf(2)}. */
    public enum BatchCommand {
        LOOKUP,
        LOOKUP_AND_DELETE,
        UPDATE,
        DELETE
    }

    private static final Set<MapStructure> IN_MEMORY = Set.of(TABLE, VALUES, TRIE, MAPS, ELEMENTS, SET);

    private static final Map<Long, MapKind> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(kind -> (long) kind.number, kind -> kind));

    private final int number;
    private final Row row;

    MapKind(int number, Row row) {
        this.number = number;
        this.row = row;
    }

    /** The map type with this number; empty if this version of Nestmap does not know it. */
    public static Optional<MapKind> ofNumber(long number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    /** The map types that fulfil a condition, in the kernel's order. */
    public static Set<MapKind> where(Predicate<MapKind> condition) {
        return Arrays.stream(values())
                .filter(condition)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(MapKind.class)));
    }

    /** The kernel's number for it. */
    public int number() {
        return number;
    }

    /** The kernel's name for it: {@code BPF_MAP_TYPE_HASH}. */
    public String cName() {
        return "BPF_MAP_TYPE_" + name();
    }

    /** What programs and user space can do with its entries. */
    public MapStructure structure() {
        return row.structure;
    }

    /** How an entry is found. */
    public KeyRule keyRule() {
        return row.keyRule;
    }

    /** The {@code key_size} that the kernel accepts (else EINVAL). */
    public SizeRange keySizes() {
        return row.keySizes;
    }

    /**
     * The {@code value_size} that the kernel accepts (else EINVAL). {@link #maxValueSize} limits it further.
     *
     * @param mapFlags the map's {@code map_flags}
     */
    public SizeRange valueSizes(long mapFlags) {
        return (mapFlags & STACK_BUILD_ID) == 0 ? row.valueSizes : row.valueSizesWithBuildId;
    }

    /** The largest {@code value_size} in bytes (else E2BIG). */
    public long maxValueSize() {
        return row.maxValueSize;
    }

    /** The largest sum of {@code key_size} and {@code value_size} in bytes (else E2BIG). */
    public long maxEntrySize() {
        return row.maxEntrySize;
    }

    /** Whether maps of this type have a size: {@code max_entries} is at least 1. For storages the kernel accepts only 0. */
    public boolean isSized() {
        return row.maxEntries > 0;
    }

    /** The largest {@code max_entries}. For ring buffers the unit is bytes, for an ARENA pages. */
    public long maxEntries() {
        return row.maxEntries;
    }

    /** Every flag that the kernel accepts, see {@link MapFlags} (else EINVAL). */
    public long flags() {
        return row.flags;
    }

    /** The flags without which the kernel does not create such a map (EINVAL), see {@link MapFlags}. */
    public long requiredFlags() {
        return row.requiredFlags;
    }

    /**
     * The flags that the kernel sets itself. A lookup in a DEVMAP gives programs a pointer to the kernel's own entry, so programs may
     * only read it ({@code dev_map_init_map} in kernel/bpf/devmap.c).
     */
    public long impliedFlags() {
        return row.impliedFlags;
    }

    /** The largest {@code map_extra}, as an unsigned number (else EINVAL). */
    public long maxExtra() {
        return row.maxExtra;
    }

    /** Whether the kernel has this batch command for such maps. Old kernels lack some; the runtime finds out by trying. */
    public boolean hasBatch(BatchCommand command) {
        return row.batches.contains(command);
    }

    /** Whether values may have a field of this type, which the kernel manages ({@code map_check_btf} in kernel/bpf/syscall.c). */
    public boolean allowsField(ManagedFieldType managed) {
        return row.managedFields.contains(managed);
    }

    /**
     * Whether the kernel changes the number of buckets while entries come and go ({@code lib/rhashtable.c}). Until it has moved all entries,
     * an iteration may miss some and return others twice. So its reads are in doubt, and it is not used again after it was
     * drained.
     */
    public boolean isResized() {
        return row.resized;
    }

    /**
     * Whether the in-memory backend implements operations on its entries. Ring buffers have events in their place, which work too. Maps of
     * the other supported types can be created, but not used.
     */
    public boolean isInMemory() {
        return IN_MEMORY.contains(row.structure);
    }

    /** Whether a record can declare such a map. */
    public boolean isSupported() {
        return row.structure != MapStructure.UNSUPPORTED;
    }

    /** Whether each CPU has its own value. */
    public boolean isPerCpu() {
        return row.valueRule == PER_CPU;
    }

    /**
     * Whether inner maps must have the {@code max_entries} of their definition. The kernel requires it for ARRAYs ({@code
     * array_map_meta_equal}) and XSKMAPs ({@code xskmap_map_meta_equal}). For a PERCPU_ARRAY only Linux 7.1 and newer require it. On
     * older kernels, programs check an index against the length in the definition, so they would read past the end of a shorter map.
     *
     * @param mapFlags the definition's {@code map_flags}
     */
    public boolean fixesLength(long mapFlags) {
        return row.fixedLength && (mapFlags & INNER_MAP) == 0;
    }

    /** Whether it is a local storage: its entries belong to sockets, inodes, tasks or control groups. {@code max_entries} is 0. */
    public boolean isStorage() {
        return row.keyRule == KeyRule.OWNER;
    }

    /** Whether it has entries. An ARENA is memory. */
    public boolean hasEntries() {
        return row.valueRule != MEMORY;
    }

    /** Whether it is a ring buffer: a stream of records, whose size the kernel does not know. {@code value_size} is 0. */
    public boolean isRing() {
        return row.valueRule == RECORDS;
    }

    /**
     * Whether a map is a stream of perf events, whose size the kernel does not know. With a key it is an array of perf events, which user
     * space opens and puts there.
     */
    public boolean isPerfStream(boolean hasKey) {
        return this == PERF_EVENT_ARRAY && !hasKey;
    }

    /**
     * Whether all entries can be read and written to another map, see {@link MapStructure#uncopied}.
     */
    public boolean isCopyable() {
        return row.structure.uncopied().isEmpty();
    }

    /**
     * Whether entries of a map of this type can be migrated to a map of the other type: the same type, or another hash table. Both must
     * have a value for each CPU, or neither.
     */
    public boolean isMigratableTo(MapKind other) {
        return isCopyable() && plainKind() == other.plainKind();
    }

    private MapKind plainKind() {
        // No switch: the compiler would create the table for it while the rows are created, and it needs all constants.
        if (this == LRU_HASH || this == RHASH) {
            return HASH;
        }
        return this == LRU_PERCPU_HASH ? PERCPU_HASH : this;
    }

    /** Whether it is a hash table of bytes: an entry exists only after somebody has put it there. */
    public boolean isHash() {
        return row.structure == TABLE;
    }

    /** Whether it is an array of bytes: all entries exist from the start. */
    public boolean isArray() {
        return row.structure == VALUES;
    }

    /** Whether user space can read what is in the map. */
    public boolean isReadable() {
        return row.structure != SET && row.structure != REQUESTS;
    }

    /** Whether the kernel compares values, and there are no keys. */
    public boolean comparesValues() {
        return row.structure == SET;
    }

    /** Whether it evicts entries when it is full. */
    public boolean isLru() {
        return this == LRU_HASH || this == LRU_PERCPU_HASH;
    }

    /**
     * The size in bytes of a value that user space writes as a file descriptor; 0 for types with other values. Maps of sockets have 8
     * bytes, so that a socket's cookie can be read.
     */
    public int descriptorSize() {
        return row.valueRule == FD || row.valueRule == PROGRAM ? Math.toIntExact(row.valueSizes.max()) : 0;
    }

    /** Whether the values are programs. */
    public boolean holdsPrograms() {
        return row.valueRule == PROGRAM;
    }

    /** Whether the kernel accepts it as an inner map: it has {@code map_meta_equal}, and is no map of maps (Linux 6.18). */
    public boolean canBeInner() {
        return isSupported() && !isMapOfMaps() && !holdsPrograms();
    }

    /** Whether the values are maps. */
    public boolean isMapOfMaps() {
        return row.valueRule == MAP;
    }

    /** A row with the defaults: any size, 1 to 2^32 - 1 entries, no flags, no {@code map_extra}, and no abilities. */
    private static Row row(MapStructure structure, KeyRule keyRule, ValueRule valueRule) {
        return new Row(structure, keyRule, valueRule);
    }

    /** The row of a local storage. */
    private static Row storage() {
        Row row = row(MapStructure.STORAGE, KeyRule.OWNER, ValueRule.BYTES)
                .maxValueSize(65_407)
                .flags(MapFlags.CLONE)
                .requires(MapFlags.NO_PREALLOC)
                .fields(ManagedFieldType.SPIN_LOCK);
        row.maxEntries = 0;
        return row;
    }

    /** The row of a deprecated storage of control groups, which no record can declare. */
    private static Row cgroupStorage(ValueRule valueRule) {
        Row row = row(MapStructure.UNSUPPORTED, KeyRule.CGROUP, valueRule)
                .flags(MapFlags.NUMA_NODE | MapFlags.FD_ACCESS | MapFlags.PROG_ACCESS);
        row.maxEntries = 0;
        return row;
    }

    /** The row of a type that no record can declare. Nestmap does not know what the kernel accepts. */
    private static Row unsupported(KeyRule keyRule, ValueRule valueRule) {
        return row(MapStructure.UNSUPPORTED, keyRule, valueRule)
                .flags(Row.U32_MAX)
                .maxExtra(Row.UNLIMITED);
    }

    /** Builds one row of the table. The getters describe the columns. */
    private static final class Row {
        private static final long UNLIMITED = Long.MAX_VALUE;

        /** The largest number in a {@code __u32}, the type of sizes and flags in {@code union bpf_attr}. */
        private static final long U32_MAX = 0xffff_ffffL;

        final MapStructure structure;
        final KeyRule keyRule;
        final ValueRule valueRule;
        SizeRange keySizes;
        SizeRange valueSizes;
        SizeRange valueSizesWithBuildId;
        long maxEntrySize = UNLIMITED;
        long maxValueSize = UNLIMITED;
        long maxEntries = U32_MAX;
        long flags;
        long requiredFlags;
        long impliedFlags;
        long maxExtra;
        final Set<BatchCommand> batches = EnumSet.noneOf(BatchCommand.class);
        final Set<ManagedFieldType> managedFields = EnumSet.noneOf(ManagedFieldType.class);
        boolean fixedLength;
        boolean resized;

        Row(MapStructure structure, KeyRule keyRule, ValueRule valueRule) {
            this.structure = structure;
            this.keyRule = keyRule;
            this.valueRule = valueRule;
            this.keySizes = switch (keyRule) {
                case ANY, PREFIX -> SizeRange.atLeast(1);
                case INDEX, NUMBER, OWNER -> SizeRange.exactly(Integer.BYTES);
                case CGROUP -> SizeRange.multiplesOf(Long.BYTES, 2 * Long.BYTES);
                case NONE -> SizeRange.exactly(0);
            };
            this.valueSizes = switch (valueRule) {
                case RECORDS, MEMORY -> SizeRange.exactly(0);
                default -> SizeRange.atLeast(1);
            };
            this.valueSizesWithBuildId = valueSizes;
        }

        Row keySizes(SizeRange sizes) {
            keySizes = sizes;
            return this;
        }

        Row valueSizes(SizeRange sizes) {
            return valueSizes(sizes, sizes);
        }

        Row valueSizes(SizeRange sizes, SizeRange withBuildId) {
            valueSizes = sizes;
            valueSizesWithBuildId = withBuildId;
            return this;
        }

        Row maxEntrySize(long size) {
            maxEntrySize = size;
            return this;
        }

        Row maxValueSize(long size) {
            maxValueSize = size;
            return this;
        }

        Row maxEntries(long entries) {
            maxEntries = entries;
            return this;
        }

        Row flags(long allowed) {
            flags |= allowed;
            return this;
        }

        Row requires(long required) {
            requiredFlags = required;
            return flags(required);
        }

        Row implies(long implied) {
            impliedFlags = implied;
            return this;
        }

        Row maxExtra(long extra) {
            maxExtra = extra;
            return this;
        }

        /** {@code map_extra} is an address. {@code KernelRules} checks it. */
        Row anyExtra() {
            return maxExtra(-1);
        }

        Row batches(BatchCommand... commands) {
            batches.addAll(Set.of(commands));
            return this;
        }

        Row allBatches() {
            return batches(BatchCommand.values());
        }

        Row fields(ManagedFieldType... fields) {
            managedFields.addAll(Set.of(fields));
            return this;
        }

        Row allFields() {
            return fields(ManagedFieldType.values());
        }

        Row fixedLength() {
            fixedLength = true;
            return this;
        }

        Row resized() {
            resized = true;
            return this;
        }
    }
}
