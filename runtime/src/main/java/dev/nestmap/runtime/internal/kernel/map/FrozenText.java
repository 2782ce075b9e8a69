/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.map;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.map.MapOperation;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.text.PinnedMapText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A text as the only value of an array that neither system calls nor programs can change. Reading it requires no capability. */
public final class FrozenText {
    private static final MapShape SHAPE =
            new MapShape(PinnedMapText.MAP_OF_TEXT, MapKind.ARRAY, Integer.BYTES, 0, 1, MapFlags.RDONLY_PROG);
    private static final int VALUE_AT = Long.BYTES;

    private FrozenText() {}

    /**
     * Creates a text, which the caller closes.
     *
     * @param path where it will be pinned, for messages
     */
    public static RawMap create(String text, Path path) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PinnedMapText.MOST_BYTES) {
            throw BpfException.of(Reason.WRONG_USE, "pinning of the text " + path)
                    .because("it has " + bytes.length + " bytes, and Nestmap reads at most " + PinnedMapText.MOST_BYTES
                            + ": declare fewer constants and components in the records of this map");
        }
        MapShape shape = SHAPE.withValueSize(bytes.length);
        KernelMap map = KernelMap.of(new KernelMapFactory().create(shape, null));
        try (Undo undo = new Undo(map::close)) {
            OffHeapBlock entry = OffHeapBlock.allocate(VALUE_AT + bytes.length);
            entry.bytes().put(VALUE_AT, bytes);
            int result = map.update(entry, 0, VALUE_AT, RawMap.ANY);
            if (result != 0) {
                throw MapOperation.UPDATE.failed(shape, 0, result);
            }
            int frozen = NativeLibraries.libbpf().bpf_map_freeze(map.fd());
            if (frozen != 0) {
                throw BpfException.of(-frozen, "freezing of the text " + path).build();
            }
            return undo.commit(map);
        }
    }

    /** Reads a text from whatever is pinned at a path. */
    public static String read(RawMap map, Path path) {
        MapShape shape = map.shape();
        boolean isText = shape.kind() == MapKind.ARRAY
                && shape.maxEntries() == 1
                && shape.name().equals(SHAPE.name())
                && shape.valueSize() <= PinnedMapText.MOST_BYTES;
        if (!isText) {
            throw BpfException.of(Reason.MISMATCH, "reading of the text " + path)
                    .because("the map " + shape.name() + " is pinned there, and it is not a text of Nestmap");
        }
        OffHeapBlock entry = OffHeapBlock.allocate(VALUE_AT + shape.valueSize());
        int result = map.lookup(entry, 0, VALUE_AT);
        if (result != 0) {
            throw MapOperation.LOOKUP.failed(shape, 0, result);
        }
        byte[] bytes = new byte[shape.valueSize()];
        entry.bytes().get(VALUE_AT, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
