/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.internal.kernel.feature.ProgramProbe;
import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.BtfTypeIds;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.KernelAndLibbpfVersions;
import dev.nestmap.runtime.internal.kernel.natives.LibBpf;
import dev.nestmap.runtime.internal.kernel.natives.MapCreationRequest;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.LinuxCapability;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.ProgramType;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates maps in the kernel and opens existing ones. */
public final class KernelMapFactory implements MapFactory {
    /** Number, size of the attributes, and flags of {@code BPF_MAP_GET_FD_BY_ID}; libbpf 1.0 can't pass flags. */
    private static final int BPF_MAP_GET_FD_BY_ID = 14;

    private static final int OPEN_SIZE = 12;
    private static final int OPEN_FLAGS_AT = 8;

    private static final MapShape TRIAL = new MapShape("trial", MapKind.ARRAY, 4, 8, 1, 0);
    private static final MapShape GRACE_INNER = new MapShape("grace_inner", MapKind.ARRAY, 4, 4, 1, 0);
    private static final MapShape GRACE_OUTER = new MapShape("grace_period", MapKind.ARRAY_OF_MAPS, 4, 4, 1, 0);

    private final LibBpf libbpf;
    private final @Nullable MapDef definition;
    private final long pageSize;
    /** The map whose BTF types new maps get; null if they get those of {@link #types} or of the definition. */
    private volatile @Nullable MapInfo sample;

    private volatile BtfTypeIds types;

    /**
     * Whether maps get BTF made from the definition, if no object provides their types. Then tools show the fields of the maps, and the
     * maps fit into the same outer maps as those that libbpf creates from the same declaration. From Linux 5.15 to 6.1, an outer map
     * accepts inner maps with BTF only if its prototype has BTF, and inner maps without BTF only if its prototype lacks it: {@code
     * bpf_map_meta_equal} compares {@code timer_off}, which is {@code -ENOENT} with BTF and {@code -EINVAL} without.
     */
    private volatile boolean ownTypes;

    /**
     * A factory for maps without an object's types.
     *
     * @throws BpfException if libbpf can't be loaded
     */
    public KernelMapFactory() {
        this(BtfTypeIds.NONE);
    }

    private static final Path POSSIBLE_CPUS = Path.of("/sys/devices/system/cpu/possible");

    /** Null until it is needed. */
    private static volatile @Nullable PossibleCpus possibleCpus;

    /** A factory for maps with these types, as far as the kernel accepts types for the maps. */
    public KernelMapFactory(BtfTypeIds types) {
        this(types, null, NativeLibraries.libc().getpagesize(), null);
    }

    private KernelMapFactory(BtfTypeIds types, @Nullable MapDef definition, long pageSize, @Nullable MapInfo sample) {
        KernelAndLibbpfVersions.requireSupportedKernel();
        this.libbpf = NativeLibraries.libbpf();
        this.types = types;
        this.sample = sample;
        this.definition = definition;
        this.pageSize = pageSize;
        this.ownTypes = definition != null && definition.value() != null && canDescribe(definition);
    }

    @Override
    public MapFactory of(MapDef map) {
        return new KernelMapFactory(types, map, pageSize, sample);
    }

    /** A factory for maps with the BTF types of an existing map, if it has some. The BTF of an object also declares its outer maps. */
    public KernelMapFactory like(RawMap existing) {
        return new KernelMapFactory(
                types, definition, pageSize, MapInfo.of(KernelMap.of(existing).fd()));
    }

    /** A factory for maps without an object's types, as on a machine with pages of this size. For tests. */
    public static KernelMapFactory withPages(long pageSize) {
        return new KernelMapFactory(BtfTypeIds.NONE, null, pageSize, null);
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    @Override
    public Schema fit(Schema schema) {
        Schema paged = MapFactory.super.fit(schema);
        Schema fallback = paged.withoutRhash();
        return fallback.equals(paged) || KernelFeature.RHASH.isPresent() ? paged : fallback;
    }

    @Override
    public RawMap create(MapShape requested, @Nullable RawMap prototype) {
        MapShape shape = withPages(requested);
        if (shape.kind().isMapOfMaps() != (prototype != null)) {
            throw new IllegalArgumentException("map " + shape.name() + ", a " + shape.kind()
                    + (prototype == null ? ", needs" : ", can't have") + " a prototype of inner maps");
        }
        MapCreationRequest request = new MapCreationRequest(shape);
        if (prototype != null) {
            request.innerMap(KernelMap.of(prototype).fd());
        }
        int fd = createTyped(shape, request);
        if (fd < 0) {
            KernelFeature needed = KernelFeature.of(shape.kind(), shape.flags());
            if (fd == -ErrnoNumbers.EINVAL && needed != null && needed.isAbsent()) {
                throw BpfException.of(Reason.NOT_SUPPORTED, MapOperation.CREATE.noun())
                        .map(shape.name())
                        .errno(-fd)
                        .because(needed.lacking());
            }
            throw MapOperation.CREATE.failed(shape, null, fd);
        }
        return KernelMap.owning(new Descriptor(fd), shape);
    }

    /**
     * Enlarges a ring buffer of a valid size to a page of this machine. The kernel rejects ring buffers that are smaller ({@code
     * ringbuf_map_alloc} in kernel/bpf/ringbuf.c), and libbpf enlarges only those that an object defines.
     */
    private MapShape withPages(MapShape shape) {
        boolean isSmallRing = shape.kind().isRing()
                && shape.maxEntries() >= MapKind.PAGE_SIZE
                && shape.maxEntries() < pageSize
                && Long.bitCount(shape.maxEntries()) == 1;
        return isSmallRing ? shape.withMaxEntries(pageSize) : shape;
    }

    /**
     * Creates a map with BTF types or, if the kernel rejects them, without. The kernel accepts no types for some maps, such as
     * device maps. Whether it does depends on the map type and on the BTF types, so this method tries, as libbpf does.
     */
    private int createTyped(MapShape shape, MapCreationRequest request) {
        MapInfo existing = sample;
        int like = existing == null || shape.kind().isMapOfMaps() ? -1 : createWithTypesOfSample(existing, request);
        if (like >= 0) {
            return like;
        }
        BtfTypeIds btfTypes = types;
        boolean isNeeded = needsTypes(shape);
        boolean makesOwn = btfTypes.isEmpty() && (isNeeded || ownTypes);
        int fd = makesOwn ? createWithOwnTypes(shape, request) : request.create(btfTypes);
        if (makesOwn && fd >= 0 && existing == null) {
            try (Undo undo = new Undo(new Descriptor(fd)::close)) {
                sample = MapInfo.of(fd); // the next map shares its BTF, if this process may open that by its id
                undo.commit();
            }
        }
        if (isNeeded || !isRefusal(fd) || (btfTypes.isEmpty() && !makesOwn)) {
            return fd;
        }
        int untyped = request.create();
        if (untyped >= 0 && makesOwn) { // if it fails without types too, the types are not the reason
            ownTypes = false;
        } else if (untyped >= 0) {
            types = BtfTypeIds.NONE;
        }
        return untyped;
    }

    private int createWithTypesOfSample(MapInfo existing, MapCreationRequest request) {
        if (existing.valueTypeId() == 0) {
            return -1;
        }
        try (Descriptor btf = new Descriptor(libbpf.bpf_btf_get_fd_by_id(existing.btfId()))) {
            return btf.fd() < 0
                    ? -1
                    : request.create(new BtfTypeIds(btf.fd(), existing.keyTypeId(), existing.valueTypeId()));
        }
    }

    private static boolean isRefusal(int fd) {
        return fd == -ErrnoNumbers.EINVAL || fd == -ErrnoNumbers.ENOTSUPP || fd == -ErrnoNumbers.EOPNOTSUPP;
    }

    /** Whether the kernel needs types: otherwise it rejects the map, or creates it without its managed fields. */
    private static boolean needsTypes(MapShape shape) {
        return shape.kind().isStorage()
                || (shape.managed() != null && !shape.managed().isEmpty());
    }

    /** Creates the map with BTF made from the definition. */
    private int createWithOwnTypes(MapShape shape, MapCreationRequest request) {
        if (definition == null || !canDescribe(definition)) {
            throw BpfException.of(Reason.WRONG_USE, "creation")
                    .map(shape.name())
                    .because((shape.kind().isStorage()
                                    ? "the kernel needs BTF types for a " + shape.kind()
                                    : "its values have fields that the kernel manages (" + shape.managed()
                                            + "), which it finds in the BTF of the programs that use them")
                            + ": load the object, and create the map through its accessor; if this fails too, the kernel rejected the"
                            + " BTF of the whole object, and the warnings of the load name the type");
        }
        return request.createWithTypesOf(definition);
    }

    /** Whether BTF made from the definition is enough. Lists and trees need the BTF of the programs that use them. */
    private static boolean canDescribe(MapDef definition) {
        return ManagedField.of(definition.value()).stream()
                .noneMatch(field ->
                        field.type() == ManagedFieldType.LIST_HEAD || field.type() == ManagedFieldType.RB_ROOT);
    }

    @Override
    public PossibleCpus possibleCpus() {
        return knownCpus();
    }

    /** The CPUs that this machine may have, which never change while the kernel runs. */
    static PossibleCpus knownCpus() {
        PossibleCpus known = possibleCpus;
        if (known == null) {
            known = readCpus(POSSIBLE_CPUS);
            possibleCpus = known;
        }
        return known;
    }

    static PossibleCpus readCpus(Path file) {
        try {
            return PossibleCpus.parse(Files.readString(file));
        } catch (IOException | IllegalArgumentException e) {
            throw BpfException.of(Reason.SYSTEM_CALL, "reading of the possible CPUs")
                    .cause(e)
                    .because("an entry of a per-CPU map has a value for each possible CPU, and " + file
                            + " can't be read (" + e + "): mount sysfs at /sys");
        }
    }

    @Override
    public @Nullable RawMap open(int id) {
        return opened(id, libbpf.bpf_map_get_fd_by_id(id));
    }

    /** Does the same for a handle that may only do some operations. */
    public @Nullable RawMap open(int id, MapAccess access) {
        if (access == MapAccess.READ_WRITE) {
            return open(id);
        }
        BpfCall open =
                new BpfCall(BPF_MAP_GET_FD_BY_ID, OPEN_SIZE).setInt(0, id).setInt(OPEN_FLAGS_AT, (int) MapFlags.RDONLY);
        return opened(id, open.run());
    }

    private static @Nullable RawMap opened(int id, int fd) {
        if (fd >= 0) {
            return KernelMap.owning(new Descriptor(fd), null);
        }
        if (fd == -ErrnoNumbers.ENOENT) {
            return null;
        }
        String why = fd == -ErrnoNumbers.EPERM
                ? LinuxCapability.denied(
                        "opening a map by its id requires CAP_SYS_ADMIN, CAP_BPF is not enough: run with CAP_SYS_ADMIN, open the"
                                + " map through a pin, or use the handle that created it",
                        LinuxCapability.CAP_SYS_ADMIN)
                : null;
        throw BpfException.of(-fd, "opening of the map with id " + Integer.toUnsignedString(id))
                .because(why);
    }

    @Override
    public Set<Integer> usedBySleepable(Set<Integer> maps) {
        return SleepableProgramFinder.used(maps);
    }

    @Override
    public @Nullable List<ProgramStatistics> programsUsing(Set<Integer> maps) {
        return KernelMapUsers.programs(maps);
    }

    /**
     * Creates a map, loads a program that uses it, and closes both. The type of the program is one for which CAP_BPF is enough, and that
     * no process may load without it, as it may socket filters if kernel.unprivileged_bpf_disabled is 0.
     *
     * @throws BpfException if the kernel refuses one of them
     */
    public static void tryLoad() {
        try (RawMap map = new KernelMapFactory().create(TRIAL, null)) {
            ProgramProbe.requireLoad(ProgramType.SK_REUSEPORT, KernelMap.of(map).fd());
        }
    }

    /**
     * Waits until programs that were running have ended: about 10 ms, and 0.1 ms since Linux 6.19.
     *
     * <p>User space has no system call for this. {@code membarrier} only orders the memory of threads. An update of an outer map calls
     * {@code synchronize_rcu}, or since Linux 6.19 {@code synchronize_rcu_expedited} ({@code maybe_wait_bpf_programs} in {@code
     * kernel/bpf/syscall.c}, Linux 4.20 to 7.3), so this method makes one. It does not wait for sleepable programs and for callbacks of
     * work queues and task work.
     *
     * @throws BpfException if the kernel rejects the maps
     */
    public static void awaitGracePeriod() {
        KernelMapFactory maps = new KernelMapFactory();
        try (RawMap inner = maps.create(GRACE_INNER, null);
                RawMap outer = maps.create(GRACE_OUTER, inner)) {
            int result = outer.update(OffHeapBlock.allocate(Integer.BYTES), 0, inner, 0);
            if (result != 0) {
                throw MapOperation.UPDATE.failed(GRACE_OUTER, 0, result);
            }
        }
    }
}
