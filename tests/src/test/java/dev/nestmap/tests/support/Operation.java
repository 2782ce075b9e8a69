/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.support;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapKind.BatchCommand;
import java.util.function.Predicate;

/** Operations of user space on a map, by the kernel's names. */
enum Operation {
    UPDATE("update", Operation::hasEntries, Operation::update),
    LOOKUP("lookup", Operation::hasEntries, (subject, map, block) -> {
        subject.writeKey(block, 0);
        subject.writeValue(block, Operation.VALUE_AT);
        return map.lookup(block, 0, Operation.VALUE_AT);
    }),
    NEXT_KEY("next key", subject -> subject.keySize() > 0, (subject, map, block) -> map.nextKey(block, -1, 0)),
    DELETE("delete", subject -> subject.keySize() > 0, (subject, map, block) -> {
        subject.writeKey(block, 0);
        return map.delete(block, 0);
    }),
    LOOKUP_AND_DELETE("lookup and delete", Operation::hasEntries, (subject, map, block) -> {
        subject.writeKey(block, 0);
        return map.lookupAndDelete(block, 0, Operation.VALUE_AT);
    }),
    LOOKUP_BATCH(
            "lookup batch",
            Operation::hasEntries,
            (subject, map, block) -> map.batch(BatchCommand.LOOKUP, new Batch(map, (int) subject.maxEntries()))),
    UPDATE_BATCH(
            "update batch",
            Operation::hasEntries,
            (subject, map, block) -> map.batch(BatchCommand.UPDATE, batch(subject, map))),
    DELETE_BATCH(
            "delete batch",
            Operation::hasEntries,
            (subject, map, block) -> map.batch(BatchCommand.DELETE, batch(subject, map))),
    LOOKUP_AND_DELETE_BATCH(
            "lookup and delete batch",
            Operation::hasEntries,
            (subject, map, block) ->
                    map.batch(BatchCommand.LOOKUP_AND_DELETE, new Batch(map, (int) subject.maxEntries()))),
    CONSUME(
            "take a record",
            subject -> subject.kind() == MapKind.RINGBUF,
            (subject, map, block) -> map.stream().take(block)),
    PUT_RECORD(
            "put a record",
            subject -> subject.kind() == MapKind.USER_RINGBUF,
            (subject, map, block) -> map.stream().put(block, Long.BYTES)),
    SHARE("map for reading and writing", ProbedMap::isMappable, (subject, map, block) -> {
        try {
            map.mmap(true).close();
            return 0;
        } catch (BpfException e) {
            return -e.errnoNumber();
        }
    });

    private static final int VALUE_AT = 8;

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
    private final Predicate<ProbedMap> isAsked;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Ask ask;

    /** Asks the kernel. */
    private interface Ask {
        int ask(ProbedMap subject, RawMap map, OffHeapBlock block);
    }

    Operation(String title, Predicate<ProbedMap> isAsked, Ask ask) {
        this.title = title;
        this.isAsked = isAsked;
        this.ask = ask;
    }

    private static boolean hasEntries(ProbedMap subject) {
        return !subject.kind().isRing();
    }

    String title() {
        return title;
    }

    boolean isAskedOf(ProbedMap subject) {
        return isAsked.test(subject);
    }

    /** The kernel's answer for a map with one entry, if the map can hold one. */
    String outcome(ProbedMap subject, RawMap map) {
        OffHeapBlock block = OffHeapBlock.allocate(VALUE_AT + Math.max(Long.BYTES, map.valueBytes()));
        boolean isEmpty = !UPDATE.isAskedOf(subject) || update(subject, map, block) != 0;
        int result = ask.ask(subject, map, block);
        // For an empty map, the kernel reports that the entry is missing, and for a scan that it is complete.
        if (result == 0 || (result == -ErrnoNumbers.ENOENT && (isEmpty || isScan()))) {
            return "works";
        }
        return result == -ErrnoNumbers.EBADF ? "takes descriptors" : String.valueOf(Errno.of(-result));
    }

    private boolean isScan() {
        return this == LOOKUP_BATCH || this == LOOKUP_AND_DELETE_BATCH;
    }

    private static int update(ProbedMap subject, RawMap map, OffHeapBlock block) {
        subject.writeKey(block, 0);
        subject.writeValue(block, VALUE_AT);
        return map.update(block, 0, VALUE_AT, 0);
    }

    private static Batch batch(ProbedMap subject, RawMap map) {
        Batch batch = new Batch(subject.keySize(), map.valueBytes(), 1);
        batch.begin(1);
        subject.writeKey(batch.memory(), batch.keyAt(0));
        subject.writeValue(batch.memory(), batch.valueAt(0));
        return batch;
    }
}
