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

/** Creates maps in the kernel and opens existing ones. */
public final class KernelMaps implements MapFactory {
    /** Size of {@code struct bpf_map_create_opts} in libbpf 1.0. Newer versions accept the shorter struct. */
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
     * Whether maps get BTF made from the definition, if no object provides their types. Then tools show the fields of the maps, and
     * the maps fit into the same outer maps as those that libbpf creates from the same declaration. From Linux 5.15 to 6.1 an outer
     * map accepts inner maps with BTF only if its prototype has BTF, and inner maps without BTF only if its prototype has none:
     * {@code bpf_map_meta_equal} compares {@code timer_off}, which is {@code -ENOENT} with BTF and {@code -EINVAL} without.
     */
    private volatile boolean ownTypes;

    /**
     * A factory for maps without an object's types.
     *
     * @throws BpfException if libbpf can't be loaded
     */
    public KernelMaps() {
        this(BtfTypeIds.NONE);
    }

    /** A factory for maps with these types, as far as the kernel accepts types for the maps. */
    KernelMaps(BtfTypeIds types) {
        this(types, null);
    }

    private KernelMaps(BtfTypeIds types, @Nullable MapDef definition) {
        this.libbpf = Native.libbpf();
        this.types = types;
        this.definition = definition;
        this.ownTypes = definition != null && definition.value() != null && canDescribe(definition);
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

    /**
     * Creates a map with BTF types or, if the kernel rejects them, without. The kernel accepts no types for some maps, such as
     * device maps. Whether it does depends on the map type and on the BTF types, so this method tries, as libbpf does.
     */
    private int createTyped(MapShape shape, int maxEntries, Block opts) {
        BtfTypeIds btfTypes = types;
        boolean needed = needsTypes(shape);
        if (needed && btfTypes.isEmpty()) {
            return createWithOwnTypes(shape, maxEntries, opts);
        }
        if (btfTypes.isEmpty() && ownTypes) {
            int fd = createWithOwnTypes(shape, maxEntries, opts);
            if (isRefusal(fd)) {
                fd = create(shape, maxEntries, opts, btfTypes);
                ownTypes = fd < 0; // if it fails without types too, the types are not the reason
            }
            return fd;
        }
        if (btfTypes.isEmpty() || needed) {
            return create(shape, maxEntries, opts, btfTypes);
        }
        int fd = create(shape, maxEntries, opts, btfTypes);
        if (isRefusal(fd)) {
            fd = create(shape, maxEntries, opts, BtfTypeIds.NONE);
            types = fd < 0 ? btfTypes : BtfTypeIds.NONE;
        }
        return fd;
    }

    private static boolean isRefusal(int fd) {
        return fd == -ErrnoNumbers.EINVAL || fd == -ErrnoNumbers.ENOTSUPP || fd == -ErrnoNumbers.EOPNOTSUPP;
    }

    /** Whether the kernel needs types: without them it rejects the map, or creates one without its managed fields. */
    private static boolean needsTypes(MapShape shape) {
        return shape.kind().isStorage()
                || (shape.managed() != null && !shape.managed().isEmpty());
    }

    /** Creates the map with BTF made from the definition. The kernel keeps the BTF as long as the map exists. */
    private int createWithOwnTypes(MapShape shape, int maxEntries, Block opts) {
        if (definition == null || !canDescribe(definition)) {
            throw BpfException.of("creation")
                    .map(shape.name())
                    .because((shape.kind().isStorage()
                                    ? "the kernel needs BTF types for a " + shape.kind()
                                    : "its values have fields that the kernel manages (" + shape.managed()
                                            + "), which it finds in the BTF of the programs that use them")
                            + ": load the object, and create the map through its accessor")
                    .build();
        }
        BtfImage image = new BtfImage();
        int key = definition.key() == null ? 0 : image.add(definition.key());
        int value = image.add(Objects.requireNonNull(definition.value(), "a map with BTF types has values"));
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

    /** Whether BTF made from the definition is enough. Lists and trees need the BTF of the programs that use them. */
    private static boolean canDescribe(MapDef definition) {
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

    private int create(MapShape shape, int maxEntries, Block opts, BtfTypeIds btfTypes) {
        opts.bytes().putInt(BTF_FD_AT, btfTypes.btfFd());
        opts.bytes().putInt(BTF_KEY_TYPE_ID_AT, btfTypes.keyTypeId());
        opts.bytes().putInt(BTF_VALUE_TYPE_ID_AT, btfTypes.valueTypeId());
        return libbpf.bpf_map_create(
                shape.kind().number(), shape.name(), shape.keySize(), shape.valueSize(), maxEntries, opts.address());
    }

    @Override
    public int possibleCpus() {
        return possibleCpus(libbpf.libbpf_num_possible_cpus());
    }

    /** Returns the number that libbpf returned. Throws if it is a negative errno. */
    static int possibleCpus(int answer) {
        if (answer <= 0) {
            throw BpfException.of("count of possible CPUs")
                    .errno(-answer)
                    .because("libbpf reads it from /sys/devices/system/cpu/possible, because an entry of a per-CPU map"
                            + " has a value for each possible CPU: mount sysfs at /sys")
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
                    "map " + shape.name() + ": flags is " + flags + ", the kernel accepts 0 to " + U32_MAX);
        }
        return (int) flags;
    }
}
