/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Matches the fields of two structs or unions: first by name and place, then by name (the field moved), then by place and size (the field
 * was renamed). An unnamed member is matched by the names of its own members. The remaining fields are missing or extra.
 */
final class FieldMatching {
    private static final int NONE = -1;

    private final List<Field> declared;
    private final List<Field> actual;

    /** For each declared field the index of its actual field, or {@link #NONE}. */
    private final int[] actualOf;

    /** For each actual field the index of its declared field, or {@link #NONE}. */
    private final int[] declaredOf;

    private final List<Pair> pairs = new ArrayList<>();

    /** What two fields have in common that match. */
    private record Place(String name, long startBit, long size, int bits) {}

    /**
     * A field on both sides.
     *
     * @param declaredIndex its index among the declared fields
     * @param actualIndex its index among the actual fields
     */
    record Pair(Field declared, Field actual, int declaredIndex, int actualIndex) {
        /** The distance in bits from the declared to the actual place. */
        long shift() {
            return actual.startBit() - declared.startBit();
        }

        boolean resized() {
            return !(declared.bits() == actual.bits()
                    && declared.type().size() == actual.type().size());
        }

        boolean renamed() {
            return !declared.name().equals(actual.name());
        }
    }

    /**
     * @param declared fields by offset
     * @param actual fields by offset
     */
    FieldMatching(List<Field> declared, List<Field> actual) {
        this.declared = declared;
        this.actual = actual;
        this.actualOf = new int[declared.size()];
        this.declaredOf = new int[actual.size()];
        Arrays.fill(actualOf, NONE);
        Arrays.fill(declaredOf, NONE);
        match(field -> names(field).map(name -> new Place(name, field.startBit(), 0, 0)));
        match(field -> names(field).map(name -> new Place(name, 0, 0, 0)));
        match(field -> Stream.of(new Place("", field.startBit(), field.type().size(), field.bits())));
        for (int i = 0; i < actualOf.length; i++) {
            if (actualOf[i] != NONE) {
                pairs.add(new Pair(declared.get(i), actual.get(actualOf[i]), i, actualOf[i]));
            }
        }
    }

    /** The name under which C code finds a field. An unnamed member is found by the names of its own members. */
    private static Stream<String> names(Field field) {
        return field.name().isEmpty() ? field.names().map(name -> "{" + name) : Stream.of(field.name());
    }

    /** Matches each declared field to the first actual field with one of its places. */
    private void match(Function<Field, Stream<Place>> places) {
        Map<Place, Queue<Integer>> free = new HashMap<>();
        for (int i = 0; i < declaredOf.length; i++) {
            if (declaredOf[i] == NONE) {
                int index = i;
                places.apply(actual.get(i))
                        .forEach(place -> free.computeIfAbsent(place, any -> new PriorityQueue<>())
                                .add(index));
            }
        }
        for (int i = 0; i < actualOf.length; i++) {
            if (actualOf[i] == NONE) {
                int first = places.apply(declared.get(i))
                        .mapToInt(place -> first(free.get(place)))
                        .min()
                        .orElse(Integer.MAX_VALUE);
                if (first < Integer.MAX_VALUE) {
                    actualOf[i] = first;
                    declaredOf[first] = i;
                }
            }
        }
    }

    /** The first field of a queue that is still free. */
    private int first(@Nullable Queue<Integer> free) {
        while (free != null && !free.isEmpty()) {
            int index = free.element();
            if (declaredOf[index] == NONE) {
                return index;
            }
            free.remove();
        }
        return Integer.MAX_VALUE;
    }

    /** Whether it has no bytes, like {@code data[0]} at the end of a struct. Records have no such fields. */
    private static boolean isEmpty(Field field) {
        return !field.isBitField() && field.type().size() == 0;
    }

    /** The fields on both sides, in declared order. */
    List<Pair> pairs() {
        return pairs;
    }

    /** The fields that only the declared side has. */
    List<Field> missing() {
        return unmatched(declared, actualOf).toList();
    }

    /** The fields that only the actual side has. */
    List<Field> extra() {
        return unmatched(actual, declaredOf).filter(field -> !isEmpty(field)).toList();
    }

    private static Stream<Field> unmatched(List<Field> fields, int[] others) {
        return IntStream.range(0, others.length).filter(i -> others[i] == NONE).mapToObj(fields::get);
    }

    /** Whether both sides have fields at the same places with the same sizes. */
    boolean samePlaces() {
        return missing().isEmpty()
                && extra().isEmpty()
                && pairs.stream().allMatch(pair -> pair.shift() == 0 && !pair.resized());
    }

    /**
     * Whether a field moved only because fields before it changed, for example because a component was inserted. Such a move is not
     * reported: the change that caused it is. Two conditions must hold:
     *
     * <ol>
     *   <li>The field itself was resized (which can change its alignment), or the field before it was resized, moved, removed or inserted.
     *   <li>The field moved as far as the field before it, or directly follows it.
     * </ol>
     */
    boolean isMovedByFieldsBefore(Pair pair) {
        int previous = previous(actualOf, pair.declaredIndex());
        int previousActual = previous(declaredOf, pair.actualIndex());
        if (previousActual != (previous == NONE ? NONE : actualOf[previous])) {
            return false; // the fields changed places
        }
        int before = pair.declaredIndex() - 1;
        int beforeActual = pair.actualIndex() - 1;
        boolean hasCause = pair.resized()
                || (before >= 0 && actualOf[before] == NONE)
                || (beforeActual >= 0 && declaredOf[beforeActual] == NONE && !isEmpty(actual.get(beforeActual)));
        boolean movedAsFar = false;
        if (previous != NONE) {
            Pair other = new Pair(declared.get(previous), actual.get(previousActual), previous, previousActual);
            hasCause |= other.shift() != 0 || other.resized();
            movedAsFar = other.shift() == pair.shift();
        }
        return hasCause && (movedAsFar || isNextTo(beforeActual < 0 ? null : actual.get(beforeActual), pair.actual()));
    }

    private static boolean isNextTo(@Nullable Field before, Field field) {
        if (before != null && (before.isBitField() || field.isBitField())) {
            return field.startBit() == before.endBit();
        }
        long end = before == null ? 0 : before.end();
        return field.offset() == StructType.roundUp(end, field.type().alignment());
    }

    /** The index of the nearest field before this one that is on both sides; {@link #NONE} if no earlier field is. */
    private static int previous(int[] others, int index) {
        int previous = index - 1;
        while (previous >= 0 && others[previous] == NONE) {
            previous--;
        }
        return previous;
    }
}
