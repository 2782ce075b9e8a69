/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel whether a HASH_OF_MAPS accepts inner maps of a definition: it updates a key that has no entry with {@code BPF_EXIST}. The
 * kernel compares the map with the prototype first, and then finds no entry to replace ({@code bpf_fd_htab_map_update_elem} in
 * kernel/bpf/hashtab.c). So it answers EINVAL or ENOENT, and changes nothing. This requires CAP_BPF only. An ARRAY_OF_MAPS has an entry for
 * every key, so it can't be asked.
 */
final class SlotProbe {
    /** Among shorter keys, another process could make an entry for the key that this class has chosen. */
    private static final int MIN_KEY_SIZE = 4;

    private static final int ATTEMPTS = 4;

    private SlotProbe() {}

    /** Whether the outer map accepts such inner maps; empty if the kernel can't be asked. */
    static Optional<Boolean> accepts(MapFactory factory, RawMap outer, MapDef inner) {
        MapShape shape = outer.shape();
        if (shape.kind() != MapKind.HASH_OF_MAPS || shape.keySize() < MIN_KEY_SIZE) {
            return Optional.empty();
        }
        // From Linux 5.15 to 6.1, the kernel also compares whether both maps were created with BTF.
        Optional<Boolean> answer = ask(factory.of(inner), outer, inner);
        return answer.orElse(true) ? answer : ask(factory, outer, inner).or(() -> answer);
    }

    private static Optional<Boolean> ask(MapFactory factory, RawMap outer, MapDef inner) {
        RawMap map = create(factory, inner);
        if (map == null) {
            return Optional.empty();
        }
        try {
            Block key = Block.allocate(Alignment.align(outer.shape().keySize()) + Integer.BYTES);
            return isWithoutEntry(outer, key)
                    ? answer(outer.slots().update(key, 0, map, RawMap.EXIST))
                    : Optional.empty();
        } finally {
            map.close();
        }
    }

    private static @Nullable RawMap create(MapFactory factory, MapDef inner) {
        MapShape shape = InnerMapSamples.shrunk(MapShape.of(inner));
        if (shape.isSizeOpen()) {
            return null;
        }
        try {
            return factory.create(shape, null);
        } catch (BpfException e) {
            return null; // the kernel rejects such a map by itself, or its types are needed
        }
    }

    /** Writes a random key without an entry to the start of the block. Returns false if it finds none. */
    private static boolean isWithoutEntry(RawMap outer, Block key) {
        int size = outer.shape().keySize();
        byte[] bytes = new byte[size];
        for (int i = 0; i < ATTEMPTS; i++) {
            ThreadLocalRandom.current().nextBytes(bytes);
            key.bytes().put(0, bytes);
            if (outer.lookup(key, 0, Alignment.align(size)) == -ErrnoNumbers.ENOENT) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Boolean> answer(int result) {
        boolean isAccepted = result == -ErrnoNumbers.ENOENT;
        return isAccepted || result == -ErrnoNumbers.EINVAL ? Optional.of(isAccepted) : Optional.empty();
    }
}
