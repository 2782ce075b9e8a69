/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchChange;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates maps in the kernel, and writes to them so often that Nestmap loads the program that changes many entries. */
public final class ProgrammedMaps extends DelegatingFactory {
    /** The kinds of maps that have such a program. */
    public static final Set<MapKind> KINDS = Set.of(MapKind.HASH, MapKind.LRU_HASH, MapKind.ARRAY);

    /** The program is loaded after fewer entries. */
    private static final int CALLS = 11;

    private static final int ENTRIES_OF_A_CALL = 4_000;

    private final Set<String> names;

    /** Loads the program for maps with these names. It takes some milliseconds for each. */
    public ProgrammedMaps(String... names) {
        super(new KernelMapFactory());
        this.names = Set.of(names);
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        RawMap map = super.create(shape, prototype);
        boolean isReadWrite = (shape.flags() & (MapFlags.RDONLY | MapFlags.WRONLY)) == 0;
        if (names.contains(shape.name()) && KINDS.contains(shape.kind()) && isReadWrite) {
            writeOften(map);
            assertThat(isProgrammed(map))
                    .as("whether a program changes map %s", shape.name())
                    .isTrue();
            if (shape.kind() != MapKind.ARRAY) {
                BatchChange deletion = BatchChange.deleting(map, 1);
                zero(deletion.batch(), map, 1);
                deletion.make((index, errno) -> {
                    throw new AssertionError(errno);
                });
            }
        }
        return map;
    }

    /** Writes zeros to the first entry as often as it takes until the program is loaded. */
    public static void writeOften(RawMap map) {
        for (int i = 0; i < CALLS; i++) {
            writeZeros(map, ENTRIES_OF_A_CALL);
        }
    }

    /** Whether a program changes entries of this map: a run changes fewer entries than a batch of the kernel. Writes the first entry. */
    public static boolean isProgrammed(RawMap map) {
        return writeZeros(map, 513) == 2;
    }

    /** Writes zeros to the first entry as often as that. Returns how many calls it took. */
    private static int writeZeros(RawMap map, int entries) {
        Batch batch = new Batch(map.shape().keySize(), map.valueBytes(), entries);
        zero(batch, map, entries);
        int calls = 0;
        while (batch.done() < entries) {
            int done = batch.done();
            assertThat(map.batch(BatchCommand.UPDATE, batch)).isZero();
            assertThat(batch.done()).isGreaterThan(done);
            calls++;
        }
        batch.release();
        return calls;
    }

    private static void zero(Batch batch, RawMap map, int entries) {
        byte[] zeros = new byte[entries * (map.shape().keySize() + map.valueBytes())];
        int room = batch.memory().size() - batch.keyAt(0);
        batch.memory().bytes().put(batch.keyAt(0), zeros, 0, Math.min(zeros.length, room));
        batch.begin(entries);
    }
}
