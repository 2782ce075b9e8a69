/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.btf.BtfImage;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.ManagedField;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes and finds maps in the kernel. */
public final class KernelMaps implements MapFactory {
    /** {@code struct bpf_map_create_opts} of libbpf 1.0; newer ones take it as the beginning of theirs. */
    private static final int CREATE_OPTS_SIZE = 48;

    private static final int BTF_FD_AT = 8;
    private static final int BTF_KEY_TYPE_ID_AT = 12;
    private static final int BTF_VALUE_TYPE_ID_AT = 16;
    private static final int INNER_MAP_FD_AT = 24;
    private static final int MAP_FLAGS_AT = 28;
    private static final int MAP_EXTRA_AT = 32;
    private static final int NUMA_NODE_AT = 40;
    private static final long U32_MAX = 0xffff_ffffL;

    private final Native.LibBpf libbpf;
    private final @Nullable MapDef definition;
    private volatile BtfTypeIds types;

    /**
     * Whether maps that no object tells the types of are told them by the definition: so that tools show what is in them, and that
     * they have types where those have that libbpf makes of the same declaration. One outer map holds both, and from Linux 5.15 to
     * 6.1 takes only inner maps that have types if its prototype has, and that have none if it has none: {@code
     * bpf_map_meta_equal} compares {@code timer_off}, which is {@code -ENOENT} in the one case and {@code -EINVAL} in the other.
     */
    private volatile boolean tellsTypes;

    /**
     * Of this process, with its capabilities.
     *
     * @throws BpfException when libbpf can't be loaded
     */
    public KernelMaps() {
        this(BtfTypeIds.NONE);
    }

    /** Those that it makes have keys and values of these types, where the kernel knows types for such maps. */
    KernelMaps(BtfTypeIds types) {
        this(types, null);
    }

    private KernelMaps(BtfTypeIds types, @Nullable MapDef definition) {
        this.libbpf = Native.libbpf();
        this.types = types;
        this.definition = definition;
        this.tellsTypes = definition != null && definition.value() != null && isTold(definition);
    }

    @Override
    public MapFactory of(MapDef map) {
        return new KernelMaps(types, map);
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        if (shape.kind().isMapOfMaps() != (prototype != null)) {
            throw new IllegalArgumentException("map " + shape.name() + ", a " + shape.kind()
                    + (prototype == null ? ", needs" : ", can't have") + " a prototype of inner maps");
        }
        Block opts = Block.allocate(CREATE_OPTS_SIZE);
        opts.bytes().putLong(0, CREATE_OPTS_SIZE);
        if (prototype != null) {
            opts.bytes().putInt(INNER_MAP_FD_AT, KernelMap.of(prototype).fd());
        }
        opts.bytes().putInt(MAP_FLAGS_AT, flags(shape));
        opts.bytes().putLong(MAP_EXTRA_AT, shape.extra());
        opts.bytes().putInt(NUMA_NODE_AT, shape.numaNode());
        int maxEntries = (int) shape.maxEntries();
        try (LibbpfLog.Capture log = LibbpfLog.capture()) {
            int fd = createTyped(shape, maxEntries, opts);
            if (fd < 0) {
                throw MapOperation.CREATE.failed(shape, null, fd, log.forException());
            }
            return KernelMap.owning(fd, shape);
        } finally {
            Reference.reachabilityFence(opts);
        }
    }

    /** The kernel knows no types for maps of some kinds, as device maps. Like libbpf, this finds out by trying. */
    private int createTyped(MapShape shape, int maxEntries, Block opts) {
        BtfTypeIds with = types;
        boolean needed = needsTypes(shape);
        if (needed && with.isEmpty()) {
            return createWithOwnTypes(shape, maxEntries, opts);
        }
        if (with.isEmpty() && tellsTypes) {
            int fd = createWithOwnTypes(shape, maxEntries, opts);
            if (isRefusal(fd)) {
                fd = create(shape, maxEntries, opts, with);
                tellsTypes = fd < 0; // it was not for the types
            }
            return fd;
        }
        if (with.isEmpty() || needed) {
            return create(shape, maxEntries, opts, with);
        }
        int fd = create(shape, maxEntries, opts, with);
        if (isRefusal(fd)) {
            fd = create(shape, maxEntries, opts, BtfTypeIds.NONE);
            types = fd < 0 ? with : BtfTypeIds.NONE;
        }
        return fd;
    }

    private static boolean isRefusal(int fd) {
        return fd == -ErrnoNumbers.EINVAL || fd == -ErrnoNumbers.ENOTSUPP || fd == -ErrnoNumbers.EOPNOTSUPP;
    }

    /** Whether the kernel refuses such a map, or makes another one, without types. */
    private static boolean needsTypes(MapShape shape) {
        return shape.kind().isStorage()
                || (shape.managed() != null && !shape.managed().isEmpty());
    }

    /** Tells the kernel the types that no object has told it. It keeps them for as long as the map is there. */
    private int createWithOwnTypes(MapShape shape, int maxEntries, Block opts) {
        if (definition == null || !isTold(definition)) {
            throw BpfException.of("creation")
                    .map(shape.name())
                    .because((shape.kind().isStorage()
                                    ? "the kernel takes no " + shape.kind() + " without types in BTF"
                                    : "its values have fields that the kernel manages (" + shape.managed()
                                            + "), which it knows by the BTF of the programs that use them")
                            + ": load the object, and create the map through its accessor")
                    .build();
        }
        BtfImage image = new BtfImage();
        int key = definition.key() == null ? 0 : image.add(definition.key());
        int value = image.add(Objects.requireNonNull(definition.value(), "it has values"));
        int btf = loadBtf(image.bytes());
        if (btf < 0) {
            return btf;
        }
        try {
            return create(shape, maxEntries, opts, new BtfTypeIds(btf, key, value));
        } finally {
            Native.libc().close(btf);
        }
    }

    /** Lists and trees belong to the BTF of the programs that use them. */
    private static boolean isTold(MapDef definition) {
        return ManagedField.of(definition.value()).stream().noneMatch(field -> field.type() instanceof GraphRoot);
    }

    private int loadBtf(byte[] bytes) {
        Block data = Block.allocate(bytes.length);
        data.bytes().put(0, bytes);
        try {
            return libbpf.bpf_btf_load(data.address(), bytes.length, 0);
        } finally {
            Reference.reachabilityFence(data);
        }
    }

    private int create(MapShape shape, int maxEntries, Block opts, BtfTypeIds with) {
        opts.bytes().putInt(BTF_FD_AT, with.btfFd());
        opts.bytes().putInt(BTF_KEY_TYPE_ID_AT, with.keyTypeId());
        opts.bytes().putInt(BTF_VALUE_TYPE_ID_AT, with.valueTypeId());
        return libbpf.bpf_map_create(
                shape.kind().number(), shape.name(), shape.keySize(), shape.valueSize(), maxEntries, opts.address());
    }

    @Override
    public int possibleCpus() {
        return possibleCpus(libbpf.libbpf_num_possible_cpus());
    }

    /** What libbpf answers to that, unless it is a negative errno. */
    static int possibleCpus(int answer) {
        if (answer <= 0) {
            throw BpfException.of("count of possible CPUs")
                    .errno(-answer)
                    .because(
                            "libbpf reads it in /sys/devices/system/cpu/possible, to know how many values an entry of a map has"
                                    + " of which each CPU has its own: mount sysfs at /sys")
                    .build();
        }
        return answer;
    }

    @Override
    public @Nullable RawMap open(int id) {
        int fd = libbpf.bpf_map_get_fd_by_id(id);
        if (fd >= 0) {
            return KernelMap.owning(fd, null);
        }
        if (fd == -ErrnoNumbers.ENOENT) {
            return null;
        }
        throw ObjectErrors.OPEN_MAP.failed(
                "opening of the map with id " + Integer.toUnsignedString(id), -fd, List.of());
    }

    private static int flags(MapShape shape) {
        long flags = shape.flags();
        if (flags < 0 || flags > U32_MAX) {
            throw new IllegalArgumentException(
                    "map " + shape.name() + ": flags is " + flags + ", the kernel takes 0 to " + U32_MAX);
        }
        return (int) flags;
    }
}
