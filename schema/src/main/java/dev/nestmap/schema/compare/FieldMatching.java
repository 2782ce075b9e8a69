/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Matches the fields of two structs or unions: first by name and place, then by name (the field moved), then by place and size (the field
 * was renamed). An unnamed member is matched by the names of its own members. The remaining fields are missing or extra.
 */
final class FieldMatching {
    private final List<Field> declared;
    private final List<Field> actual;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<Field> missing;
    private final List<Field> extra;

    /** A field on both sides. */
    record Pair(Field declared, Field actual) {
        /** The distance in bits from the declared to the actual place. */
        long shift() {
            return actual.startBit() - declared.startBit();
        }

        boolean resized() {
            return !sameSize(declared, actual);
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
        this.missing = new ArrayList<>(declared);
        this.extra = new ArrayList<>(actual);
        match((one, other) -> sameName(one, other) && one.startBit() == other.startBit());
        match(FieldMatching::sameName);
        match((one, other) -> one.startBit() == other.startBit() && sameSize(one, other));
        extra.removeIf(FieldMatching::isEmpty);
        pairs.sort(
                (one, other) -> Integer.compare(declared.indexOf(one.declared()), declared.indexOf(other.declared())));
    }

    /** Whether C code finds one field where it found the other. Unnamed members are the same if they share the name of a member. */
    private static boolean sameName(Field one, Field other) {
        boolean unnamed = one.name().isEmpty() && other.name().isEmpty();
        return unnamed ? one.hasNameOf(other) : one.name().equals(other.name());
    }

    /** Whether it has no bytes, like {@code data[0]} at the end of a struct. Records have no such fields. */
    private static boolean isEmpty(Field field) {
        return !field.isBitField() && field.type().size() == 0;
    }

    private static boolean sameSize(Field one, Field other) {
        return one.bits() == other.bits() && one.type().size() == other.type().size();
    }

    private void match(BiPredicate<Field, Field> same) {
        for (Field field : List.copyOf(missing)) {
            extra.stream().filter(other -> same.test(field, other)).findFirst().ifPresent(other -> {
                pairs.add(new Pair(field, other));
                missing.remove(field);
                extra.remove(other);
            });
        }
    }

    /** The fields on both sides, in declared order. */
    List<Pair> pairs() {
        return pairs;
    }

    /** The fields that only the declared side has. */
    List<Field> missing() {
        return missing;
    }

    /** The fields that only the actual side has. */
    List<Field> extra() {
        return extra;
    }

    /** Whether both sides have fields at the same places with the same sizes. */
    boolean samePlaces() {
        return missing.isEmpty()
                && extra.isEmpty()
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
        Pair previous = previous(declared, pair.declared(), Pair::declared);
        if (!Objects.equals(previous, previous(actual, pair.actual(), Pair::actual))) {
            return false; // the fields changed places
        }
        Field before = before(declared, pair.declared());
        Field beforeActual = before(actual, pair.actual());
        boolean hasCause = pair.resized() || missing.contains(before) || extra.contains(beforeActual);
        boolean movedAsFar = false;
        if (previous != null) {
            hasCause |= previous.shift() != 0 || previous.resized();
            movedAsFar = previous.shift() == pair.shift();
        }
        return hasCause && (movedAsFar || isNextTo(beforeActual, pair.actual()));
    }

    private static boolean isNextTo(@Nullable Field before, Field field) {
        if (before != null && (before.isBitField() || field.isBitField())) {
            return field.startBit() == before.endBit();
        }
        long end = before == null ? 0 : before.end();
        return field.offset() == StructType.roundUp(end, field.type().alignment());
    }

    private static @Nullable Field before(List<Field> fields, Field field) {
        int index = fields.indexOf(field);
        return index > 0 ? fields.get(index - 1) : null;
    }

    /** The pair of the nearest field before this one that is on both sides; null if no earlier field is. */
    private @Nullable Pair previous(List<Field> fields, Field field, Function<Pair, Field> side) {
        for (int i = fields.indexOf(field) - 1; i >= 0; i--) {
            Field candidate = fields.get(i);
            for (Pair pair : pairs) {
                if (side.apply(pair).equals(candidate)) {
                    return pair;
                }
            }
        }
        return null;
    }
}
