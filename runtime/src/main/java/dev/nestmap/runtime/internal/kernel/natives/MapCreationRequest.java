/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.btf.BtfWriter;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.schema.MapDef;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A request for a new map. It can use a token, which {@code bpf_map_create} takes only since libbpf 1.5. */
public final class MapCreationRequest {
    private static final long U32_MAX = 0xffff_ffffL;

    private final MapShape shape;
    private final int flags;
    private int innerMapFd;
    private int kernelTypeId;

    public MapCreationRequest(MapShape shape) {
        this.shape = shape;
        this.flags = flags(shape);
    }

    /** Sets the file descriptor of the prototype of inner maps. */
    public MapCreationRequest innerMap(int fd) {
        innerMapFd = fd;
        return this;
    }

    /** Sets the id of the values' type in the BTF of the kernel. */
    public MapCreationRequest kernelType(int id) {
        kernelTypeId = id;
        return this;
    }

    /** Creates a map without BTF. Returns its file descriptor or a negative errno. */
    public int create() {
        return create(BtfTypeIds.NONE);
    }

    /** Creates a map with these BTF types. Returns its file descriptor or a negative errno. */
    public int create(BtfTypeIds types) {
        try (Scratch scratch = Scratch.take(Attr.SIZE)) {
            byte[] name = shape.name().getBytes(StandardCharsets.UTF_8);
            BpfCall call = new BpfCall(Attr.BPF_MAP_CREATE, scratch.zeroed(Attr.SIZE))
                    .setBytes(Attr.NAME_AT, name, Math.min(name.length, Attr.NAME_LENGTH))
                    .setInt(Attr.BTF_FD_AT, types.btfFd())
                    .setInt(Attr.BTF_KEY_TYPE_ID_AT, types.keyTypeId())
                    .setInt(Attr.BTF_VALUE_TYPE_ID_AT, types.valueTypeId())
                    .setInt(Attr.BTF_VMLINUX_VALUE_TYPE_ID_AT, kernelTypeId)
                    .setLong(Attr.EXTRA_AT, shape.extra());
            int[] numbers = {
                shape.kind().number(),
                shape.keySize(),
                shape.valueSize(),
                (int) shape.maxEntries(),
                flags,
                innerMapFd,
                shape.numaNode()
            };
            for (int i = 0; i < numbers.length; i++) {
                call.setInt(i * Integer.BYTES, numbers[i]);
            }
            return call.runOrDelegate(Attr.FLAGS_AT, Attr.TOKEN_AT);
        }
    }

    /**
     * Creates a map with BTF made from its definition, which has values. The kernel keeps the BTF as long as the map exists. Returns the
     * map's file descriptor or a negative errno.
     */
    public int createWithTypesOf(MapDef definition) {
        BtfWriter image = new BtfWriter();
        int key = definition.key() == null ? 0 : image.add(definition.key());
        int value = image.add(Objects.requireNonNull(definition.value(), "a map with BTF types has values"));
        try (Descriptor btf = new Descriptor(loadBtf(image.bytes()))) {
            return btf.fd() < 0 ? btf.fd() : create(new BtfTypeIds(btf.fd(), key, value));
        }
    }

    private static int loadBtf(byte[] bytes) {
        return new BpfCall(BtfAttr.BPF_BTF_LOAD, BtfAttr.SIZE)
                .setPointer(0, OffHeapBlock.of(bytes))
                .setInt(BtfAttr.LENGTH_AT, bytes.length)
                .runOrDelegate(BtfAttr.FLAGS_AT, BtfAttr.TOKEN_AT);
    }

    private static int flags(MapShape shape) {
        long flags = shape.flags();
        if (flags < 0 || flags > U32_MAX) {
            throw new IllegalArgumentException(
                    "map " + shape.name() + ": flags is " + flags + ", the kernel accepts 0 to " + U32_MAX);
        }
        return (int) flags;
    }

    /** Members of {@code union bpf_attr} for {@code BPF_MAP_CREATE}, in Linux 6.9. The first seven are numbers of four bytes. */
    private static final class Attr {
        private static final int BPF_MAP_CREATE = 0;
        private static final int FLAGS_AT = 16;
        private static final int NAME_AT = 28;
        /** Without the NUL at the end. */
        private static final int NAME_LENGTH = 15;

        private static final int BTF_FD_AT = 48;
        private static final int BTF_KEY_TYPE_ID_AT = 52;
        private static final int BTF_VALUE_TYPE_ID_AT = 56;
        private static final int BTF_VMLINUX_VALUE_TYPE_ID_AT = 60;
        private static final int EXTRA_AT = 64;
        private static final int TOKEN_AT = 76;
        private static final int SIZE = 80;
    }

    /** Members of {@code union bpf_attr} for {@code BPF_BTF_LOAD}, in Linux 6.9. */
    private static final class BtfAttr {
        private static final int BPF_BTF_LOAD = 18;
        private static final int LENGTH_AT = 16;
        private static final int FLAGS_AT = 32;
        private static final int TOKEN_AT = 36;
        private static final int SIZE = 40;
    }
}
